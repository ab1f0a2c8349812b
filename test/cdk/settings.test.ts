import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, nearestName } from '../../cdk/nearest-name.ts'
import { readSettings } from '../../cdk/settings.ts'

const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos/api-AbCdEf'

const otherArn = secretArn.replace('AbCdEf', 'GhIjKl')

describe('the settings', () => {
  it('open the dashboard to nobody and keep to the recommended rate where nothing is said', () => {
    expect(readSettings({ 'cli-telemetry': false, '@aws-cdk/core:someFlag': true })).toEqual({
      scheduleMinutes: 15,
      rateLimits: '10/s 100/m 1000/h 200000/d',
      secretArn: undefined,
      sources: new Map(),
      access: [],
    })
  })

  it('can stand in cdk.json under "dashboard", and the command line wins over them', () => {
    const dashboard = { schedule: '1h', access: ['203.0.113.0/24'], secretArn }
    expect(readSettings({ dashboard, schedule: '5m' })).toMatchObject({
      scheduleMinutes: 5,
      access: ['203.0.113.0/24'],
      secretArn,
    })
  })

  it('take an empty value for none, so that `-c access=` closes and does not open', () => {
    expect(readSettings({ access: '', secretArn: '', schedule: '' })).toEqual(readSettings({}))
    expect(readSettings({ dashboard: { access: 'public' }, access: '' }).access).toEqual([])
  })

  it.each([
    ['5m', 5],
    ['90m', 90],
    ['2h', 120],
    ['24h', 1440],
  ])('read the schedule %s as %i minutes', (schedule, minutes) => {
    expect(readSettings({ schedule }).scheduleMinutes).toBe(minutes)
  })

  it.each(['0m', '4m', '25h', '90s', '15', 'm', '1.5h', '15 m', '-5m', 'rate(15 minutes)', 15])(
    'refuse the schedule %s and say what is allowed',
    schedule => {
      expect(() => readSettings({ schedule })).toThrow(
        `Setting "schedule" is ${JSON.stringify(schedule)}. Allowed: whole minutes or hours, from 5m to 24h. Example: -c schedule=15m`,
      )
    },
  )

  it('take further credentials by name, from the command line and from cdk.json', () => {
    const expected = new Map([
      ['emea', secretArn],
      ['apac', otherArn],
    ])
    expect(readSettings({ sources: `emea=${secretArn}, apac=${otherArn}` }).sources).toEqual(expected)
    expect(readSettings({ dashboard: { sources: { emea: secretArn, apac: otherArn } } }).sources).toEqual(
      expected,
    )
  })

  it.each([
    [`default=${secretArn}`, /"sources" is "default"\. Allowed: names.*none of them "default"/],
    [`a=${secretArn},b=${secretArn}`, /every secret once/],
    [`a=${secretArn},a=${otherArn}`, /"sources" is "a"/],
    [`../x=${secretArn}`, /"sources" is "\.\.\/x"/],
    ['emea=sophos', /"sources: emea" is "sophos"\. Allowed: the complete ARN/],
    ['emea', /"sources: emea" is/],
  ])('refuse the sources %s and say what is allowed', (sources, message) => {
    expect(() => readSettings({ sources })).toThrow(message)
  })

  it('hand on rate limits with single blanks and refuse what the function would refuse', () => {
    expect(readSettings({ rateLimits: ' 5/s   500/h ' }).rateLimits).toBe('5/s 500/h')
    expect(() => readSettings({ rateLimits: '10 per second' })).toThrow(
      /"rateLimits".*"10" is not a window.*10\/s/,
    )
  })

  it.each([
    'sophos/api',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos/api',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos/api-??????',
    'arn:aws:s3:::bucket',
  ])('refuse %s, which is not the complete ARN of a secret', given => {
    expect(() => readSettings({ secretArn: given })).toThrow(
      /"secretArn".*complete ARN.*Example: -c secretArn=arn/,
    )
  })

  it.each([
    ['shedule', 'schedule'],
    ['acces', 'access'],
    ['Access', 'access'],
    ['ratelimits', 'rateLimits'],
    ['secretARN', 'secretArn'],
  ])('name the right one for the mistyped -c %s', (given, right) => {
    expect(() => readSettings({ [given]: 'x' })).toThrow(
      `There is no setting "${given}". Did you mean "${right}"?`,
    )
  })

  it('refuse any unknown name in the group, which is all ours', () => {
    expect(() => readSettings({ dashboard: { domain: 'example.com' } })).toThrow(
      'There is no setting "domain"',
    )
    expect(() => readSettings({ dashboard: 'public' })).toThrow('an object of settings in cdk.json')
  })
})

describe('the setting access', () => {
  it.each([
    ['public', 'public'],
    ['203.0.113.0/24,2001:db8::/32', ['203.0.113.0/24', '2001:db8::/32']],
    ['203.0.113.0/24, 198.51.100.7', ['203.0.113.0/24', '198.51.100.7/32']],
    [
      ['::1', '10.0.0.0/8'],
      ['::1/128', '10.0.0.0/8'],
    ],
  ])('reads %j as %j', (access, expected) => {
    expect(readSettings({ access }).access).toEqual(expected)
  })

  it.each([
    ['0.0.0.0/0', '"public" where everybody is meant'],
    ['::/0', '"public" where everybody is meant'],
    ['203.0.113.0/33', 'a length of 1 to 32'],
    ['2001:db8::/129', 'a length of 1 to 128'],
    ['::ffff:203.0.113.0/120', 'an IPv4 range in its own notation'],
    ['0:0:0:0:0:ffff:cb00:7100/120', 'an IPv4 range in its own notation'],
    ['Public', '"public", or address ranges'],
    ['public,203.0.113.0/24', '"public", or address ranges'],
    ['203.0.113.0/24/8', '"public", or address ranges'],
    ['203.0.113/24', '"public", or address ranges'],
    ['203.0.113.0/-1', '"public", or address ranges'],
    ['203.0.113.0/', '"public", or address ranges'],
    ['fe80::1%eth0/64', '"public", or address ranges'],
    ['office.example.com', '"public", or address ranges'],
    [true, '"public", or address ranges'],
  ])('refuses %s and says: %s', (access, allowed) => {
    expect(() => readSettings({ access })).toThrow(allowed)
    expect(() => readSettings({ access })).toThrow('Example: -c access=203.0.113.0/24,2001:db8::/32')
  })

  it('holds at most 50 ranges, each of which is read on every request', () => {
    const ranges = (count: number) => Array.from({ length: count }, (_, at) => `10.0.${at}.0/24`)
    expect(readSettings({ access: ranges(50) }).access).toHaveLength(50)
    expect(() => readSettings({ access: ranges(51) })).toThrow('up to 50 ranges')
  })
})

describe('the distance between names', () => {
  const word = fc.string({ maxLength: 8 })

  it('is nothing for the same name, the same both ways, and never longer by way of a third', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(a === b ? 0 : 1)
      }),
    )
  })

  it('counts one for every letter added, dropped or changed', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
    expect(nearestName('SECRET', ['schedule', 'secretArn'])).toBe('secretArn')
  })
})
