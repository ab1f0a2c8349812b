import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageSettings } from '../../../cdk/serving/page-settings.ts'
import { editDistance, nearestName } from '../../../cdk/settings/nearest-name.ts'
import { SettingError } from '../../../cdk/settings/setting-error.ts'
import { readSettings } from '../../../cdk/settings.ts'

const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos/api-AbCdEf'
const otherArn = secretArn.replace('AbCdEf', 'GhIjKl')
const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd'

/** Returns the message of the SettingError for these settings. */
function complaint(context: Readonly<Record<string, unknown>>): string {
  try {
    readSettings(context)
  } catch (error) {
    if (error instanceof SettingError) return error.message
    throw error
  }
  throw new Error(`${JSON.stringify(context)} is accepted`)
}

/** Parses a command line such as `-c a=1 -c b='[2]'` as the shell and CDK do. */
function contextOf(commandLine: string): Record<string, string> {
  const context: Record<string, string> = {}
  let rest = commandLine.trim()
  while (rest !== '') {
    const [all = '', name, quote, quoted, bare] =
      /^-c (\w+)=(?:(['"])(.*?)\2|(\S+))(?:\s+|$)/.exec(rest) ?? []
    if (name === undefined) throw new Error(`not a command line: ${rest}`)
    context[name] = (quote ? quoted : bare) ?? ''
    rest = rest.slice(all.length)
  }
  return context
}

describe('the settings', () => {
  it('require a password, use the recommended rate limits, and keep the data by default', () => {
    expect(readSettings({ 'cli-telemetry': false, '@aws-cdk/core:someFlag': true })).toEqual({
      access: { password: true, ranges: [] },
      scheduleMinutes: 15,
      rateLimits: '10/s 100/m 1000/h 200000/d',
      tenants: undefined,
      secretArn: undefined,
      secretKeyArns: [],
      sources: new Map(),
      alarmEmails: [],
      documentationUrl: undefined,
      domain: undefined,
      timeZone: undefined,
      groups: [],
      muted: [],
      tenantLink: undefined,
      priceClass: '100',
      logDays: 30,
      historyDays: 400,
      keepData: true,
      fusionGuard: 'on',
      fusionCounts: 'off',
      stackName: 'SophosDetectionsDashboard',
    })
  })

  it('can be in cdk.json under "dashboard", and the command line overrides them', () => {
    const dashboard = { schedule: '1h', access: ['203.0.113.0/24'], secretArn, logDays: 90, historyDays: 30 }
    expect(readSettings({ dashboard, schedule: '5m' })).toMatchObject({
      scheduleMinutes: 5,
      access: { password: false, ranges: ['203.0.113.0/24'] },
      secretArn,
      logDays: 90,
      historyDays: 30,
    })
  })

  it('treat an empty value as unset, so `-c access=` means the password, not public access', () => {
    expect(readSettings({ access: '', secretArn: '', schedule: '', groups: '' })).toEqual(readSettings({}))
    const open = { dashboard: { access: 'public' }, access: '' }
    expect(readSettings(open).access).toEqual({ password: true, ranges: [] })
  })

  it.each([
    ['5m', 5],
    ['90m', 90],
    ['2h', 120],
    ['24h', 1440],
  ])('read the schedule %s as %i minutes', (schedule, minutes) => {
    expect(readSettings({ schedule }).scheduleMinutes).toBe(minutes)
  })

  it('accept additional credentials by name, from the command line, as JSON, and from cdk.json', () => {
    const byName = { emea: secretArn, apac: otherArn }
    const expected = new Map(Object.entries(byName))
    expect(readSettings({ sources: `emea=${secretArn}, apac=${otherArn}` }).sources).toEqual(expected)
    expect(readSettings({ sources: JSON.stringify(byName) }).sources).toEqual(expected)
    expect(readSettings({ dashboard: { sources: byName } }).sources).toEqual(expected)
  })

  it('accept groups and muted tenants as JSON on the command line or in cdk.json', () => {
    const groups = [{ name: 'Retail', tenants: ['Baker & Co', '5f1c2a'] }]
    const muted = [
      { tenant: 'Baker & Co', until: '2028-02-29', why: 'penetration test' },
      { tenant: '5f1c2a', until: '2027-01-31' },
    ]
    const read = readSettings({ groups: JSON.stringify(groups), muted: JSON.stringify(muted) })
    expect(read).toMatchObject({ groups, muted })
    expect(readSettings({ dashboard: { groups, muted } })).toEqual(read)
  })

  it('remove a trailing slash from the URL of the documents', () => {
    const { documentationUrl } = readSettings({ documentationUrl: 'https://git.example.com/docs/' })
    expect(documentationUrl).toBe('https://git.example.com/docs')
  })

  it('separate rate limits by single spaces', () => {
    expect(readSettings({ rateLimits: ' 5/s   500/h ' }).rateLimits).toBe('5/s 500/h')
  })

  it('read one or more addresses, key ARNs, and a domain with its certificate', () => {
    expect(readSettings({ alarmEmail: 'soc@example.com, b@example.org' }).alarmEmails).toEqual([
      'soc@example.com',
      'b@example.org',
    ])
    expect(readSettings({ secretArn, secretKeyArn: keyArn }).secretKeyArns).toEqual([keyArn])
    expect(readSettings({ domainName: 'soc.example.com', certificateArn }).domain).toEqual({
      name: 'soc.example.com',
      certificateArn,
    })
  })

  const refused: [
    name: string,
    value: unknown,
    allowed: RegExp,
    others?: Readonly<Record<string, unknown>>,
  ][] = [
    ...['0m', '4m', '25h', '90s', '15', 'm', '1.5h', '15 m', '-5m', 'rate(15 minutes)', 15].map(
      (value): [string, unknown, RegExp] => ['schedule', value, /whole minutes or hours, from 5m to 24h/],
    ),
    ['rateLimits', '10 per second', /"10" is not a window/],
    ['rateLimits', '10/2d', /longer than a day/],
    ['tenants', '0', /from 1 to 999999/],
    ['tenants', '4e2', /from 1 to 999999/],
    ['secretArn', 'sophos/api', /complete ARN/],
    ['secretArn', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos/api', /complete ARN/],
    ['secretArn', `${secretArn.slice(0, -6)}??????`, /complete ARN/],
    ['secretArn', 'arn:aws:s3:::bucket', /complete ARN/],
    ['secretKeyArn', 'alias/sophos', /ARNs of KMS keys/, { secretArn }],
    ['secretKeyArn', keyArn, /secrets named in secretArn or sources/],
    ['sources', `default=${secretArn}`, /"sources" is "default".*not "default"/],
    ['sources', `a=${secretArn},b=${secretArn}`, /each secret once/],
    ['sources', `b=${secretArn}`, /each secret once/, { secretArn }],
    ['sources', `a=${secretArn},a=${otherArn}`, /"sources" is "a"/],
    ['sources', `../x=${secretArn}`, /"sources" is "\.\.\/x"/],
    ['sources', 'emea=sophos', /"sources: emea" is "sophos"\. Allowed: the complete ARN/],
    ['sources', 'emea', /"sources: emea" is/],
    ['alarmEmail', 'soc', /e-mail addresses/],
    ['alarmEmail', 'a@example.com,a@example.com', /no duplicates/],
    ...[
      'http://git.example.com/docs',
      'git.example.com/docs',
      'https://',
      'https://me:secret@git.example.com/docs',
      'https://git.example.com/docs?ref=main',
      'https://git.example.com/docs#top',
      'https://git.example.com/docs)',
      'https://git.example.com/the docs',
      `https://git.example.com/${'d'.repeat(400)}`,
    ].map((value): [string, unknown, RegExp] => [
      'documentationUrl',
      value,
      /https URL where you serve docs\//,
    ]),
    ['domainName', 'https://example.com', /host name/, { certificateArn }],
    ['domainName', 'soc.example.com', /"certificateArn" is null.*us-east-1/],
    ['certificateArn', certificateArn, /"domainName" is null/],
    [
      'certificateArn',
      certificateArn.replace('us-east-1', 'eu-west-1'),
      /us-east-1/,
      { domainName: 'a.example.com' },
    ],
    ['timeZone', 'Berlin', /IANA/],
    ['timeZone', '+01:00', /IANA/],
    ['groups', '[{"name":"Retail"}]', /at least one tenant/],
    ['groups', '[{"name":"Retail","tenants":[]}]', /at least one tenant/],
    ['groups', '[{"name":"Retail"', /a list of/],
    [
      'groups',
      [
        { name: 'A', tenants: ['x'] },
        { name: 'A', tenants: ['y'] },
      ],
      /each group name once/,
    ],
    ['groups', [{ name: 'A', tenants: ['x', 'x'] }], /each tenant once in the group "A"/],
    ['muted', [{ tenant: 'x', until: '2027-02-30' }], /"2027-02-30".*year-month-day/],
    ['muted', [{ tenant: 'x', until: '31.1.2027' }], /year-month-day/],
    ['muted', [{ tenant: 'x' }], /a list of/],
    [
      'muted',
      [
        { tenant: 'x', until: '2027-01-31' },
        { tenant: 'x', until: '2027-02-28' },
      ],
      /each tenant once/,
    ],
    ['muted', [{ tenant: 'x', til: '2027-01-31' }], /a list of/],
    ['tenantLink', 'http://example.com/{id}', /https URL/],
    ['tenantLink', 'https://example.com/', /\{id\}, \{region\} or both/],
    ['tenantLink', 'https://{region}.example.com/{id}', /after the host/],
    ['tenantLink', 'https://example.com/{tenant}/{id}', /\{id\}, \{region\} or both/],
    ['tenantLink', 'javascript:{id}', /https URL/],
    ...[
      'https://{id}/',
      'https://{id}.example.com/',
      'https://example.com:{id}/',
      'https://{id}@example.com/',
      'https://{region}@example.com/{id}',
      'https://example.com\\@{id}/',
      'https://example.com{id}',
      'https:/{id}/x',
      'https:///{id}/x',
      'https://\t{id}/',
    ].map((value): [string, unknown, RegExp] => ['tenantLink', value, /after the host/]),
    ['priceClass', '300', /100, 200, all/],
    ['logDays', '31', /30, 60/],
    ['historyDays', '1', /from 2 to 3650/],
    ['keepData', 'maybe', /yes, no/],
    ['keepData', true, /yes, no/],
    ['fusionGuard', 'auto', /on, off/],
    ['fusionCounts', 'on', /off, auto/],
    ['fusionUrl', 'https://example.com/graphql', /under sophos\.com/],
    ['stackName', 'my stack', /letters, digits/],
    ['access', 'anyone', /./],
    ['access', '0.0.0.0/0', /./],
    ['dashboard', 'public', /an object of settings in cdk.json/],
  ]

  it.each(refused)(
    'refuse %s = %j, say what is allowed, and give a valid example',
    (name, value, allowed, others) => {
      const message = complaint({ ...others, [name]: value })
      expect(message).toMatch(allowed)
      const [, example] = / Example: (.+)$/.exec(message) ?? []
      expect(() => readSettings(contextOf(example ?? ''))).not.toThrow()
    },
  )
})

describe('an unknown setting', () => {
  it.each([
    ['shedule', 'schedule'],
    ['acces', 'access'],
    ['Access', 'access'],
    ['ratelimits', 'rateLimits'],
    ['secretARN', 'secretArn'],
    ['interval', 'schedule'],
    ['cidr', 'access'],
    ['email', 'alarmEmail'],
    ['docs', 'documentationUrl'],
    ['domain', 'domainName'],
    ['retentionDays', undefined],
    ['xyz', undefined],
  ])('is refused: %s, with a suggestion, if any: %s', (given, right) => {
    const guess = right ? `Did you mean "${right}"? ` : ''
    const expected = `There is no setting "${given}". ${guess}The settings are access, schedule,`
    expect(complaint({ [given]: 'x' })).toContain(expected)
    expect(complaint({ dashboard: { [given]: 'x' } })).toContain(expected)
  })

  it('is ignored if it is a key of CDK', () => {
    const cdkKeys = {
      'cli-telemetry': false,
      'acknowledged-issue-numbers': [1],
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/aws-iam:minimizePolicies': true,
      'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a'],
    }
    expect(readSettings(cdkKeys)).toEqual(readSettings({}))
  })
})

describe("the page's settings", () => {
  it('contain only what is set', () => {
    expect(pageSettings(readSettings({}))).toEqual({ schemaVersion: 1 })
    const given = {
      timeZone: 'Europe/Berlin',
      tenantLink: 'https://central.sophos.com/{region}/{id}',
      groups: [{ name: 'Retail', tenants: ['a'] }],
      muted: [{ tenant: 'a', until: '2027-01-31' }],
    }
    const secretOnes = { secretArn, alarmEmail: 'soc@example.com', tenants: 40 }
    expect(pageSettings(readSettings({ ...secretOnes, ...given }))).toEqual({ schemaVersion: 1, ...given })
  })
})

describe('the edit distance', () => {
  const word = fc.string({ maxLength: 8 })

  it('is a metric: zero only for equal names, symmetric, and within the triangle inequality', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(a === b ? 0 : 1)
      }),
    )
  })

  it('counts one for each letter added, removed or changed', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
    expect(nearestName('SECRET', ['schedule', 'secretArn'])).toBe('secretArn')
  })
})
