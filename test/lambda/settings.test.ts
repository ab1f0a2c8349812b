import { describe, expect, it } from 'vitest'
import { planDeadlines } from '../../lambda/pacing/deadlines.ts'
import { formatDuration } from '../../lambda/publish/duration.ts'
import { readSettings } from '../../lambda/settings.ts'
import { nextRunAt } from '../../lambda/state/run-report.ts'

const needed = { SOPHOS_SECRET_ARN: 'arn:aws:secretsmanager:x', DATA_BUCKET: 'data' }

describe('the settings', () => {
  it('have the documented defaults', () => {
    expect(readSettings(needed)).toMatchObject({
      secretArn: 'arn:aws:secretsmanager:x',
      bucket: 'data',
      idUrl: 'https://id.sophos.com',
      apiUrl: 'https://api.central.sophos.com',
      refreshIntervalMs: 900_000,
      source: 'default',
      demo: false,
      fusion: {
        guard: true,
        url: 'https://api.taegis.sophos.com/graphql',
        counts: 'off',
      },
    })
    expect(readSettings(needed).rateLimits.map(({ text }) => text)).toEqual([
      '10/s',
      '100/m',
      '1000/h',
      '200000/d',
    ])
  })

  it('are a demo where the figures do not come from Sophos', () => {
    const url = 'http://127.0.0.1:4010/'
    const settings = readSettings({ ...needed, SOPHOS_ID_URL: url, SOPHOS_API_URL: url })
    expect(settings).toMatchObject({ demo: true, apiUrl: 'http://127.0.0.1:4010' })
  })

  it.each(['SOPHOS_ID_URL', 'SOPHOS_API_URL'])('never mix Sophos with a stand-in: not %s alone', name => {
    const mixed = { ...needed, [name]: 'http://127.0.0.1:4010' }
    expect(() => readSettings(mixed)).toThrow('SOPHOS_ID_URL and SOPHOS_API_URL belong to one service')
  })

  it.each([
    ['24h', 86_400_000],
    ['1s', 1_000],
  ])('let runs be %s apart', (REFRESH_INTERVAL, refreshIntervalMs) => {
    expect(readSettings({ ...needed, REFRESH_INTERVAL })).toMatchObject({ refreshIntervalMs })
  })

  // A timer cannot wait for longer than 24 days, and would end at once.
  it.each(['25d', '25h', '86400001ms'])('refuse %s between two runs', REFRESH_INTERVAL => {
    expect(() => readSettings({ ...needed, REFRESH_INTERVAL })).toThrow(
      `REFRESH_INTERVAL: "${REFRESH_INTERVAL}" is longer than 24h`,
    )
  })

  it.each([
    [{}, false],
    [{ EVENT_BUS_NAME: ' ' }, false],
    [{ EVENT_BUS_NAME: 'default' }, true],
  ])('with %j say whether there are events: %s', (more, announces) => {
    expect(readSettings({ ...needed, ...more }).announces).toBe(announces)
  })

  it('that are wrong are all named in one error, with the value and what is allowed', () => {
    const wrong = {
      SOPHOS_RATE_LIMITS: '10 per second',
      REFRESH_INTERVAL: 'often',
      SOPHOS_API_URL: 'http://api.example',
      SOURCE: '../other',
    }
    expect(() => readSettings(wrong)).toThrow(
      /SOPHOS_SECRET_ARN is not set.*DATA_BUCKET is not set.*"10" is not a window.*http:\/\/api\.example.*"often".*"\.\.\/other"/,
    )
  })

  it.each(['http://id.sophos.com', 'ftp://127.0.0.1', 'id.sophos.com', 'http://127.0.0.1.evil.example'])(
    'never send a secret to %s',
    url => {
      expect(() => readSettings({ ...needed, SOPHOS_ID_URL: url })).toThrow(url)
    },
  )
})

describe('the settings for Sophos Fusion', () => {
  const fusion = (more: Record<string, string>) => readSettings({ ...needed, ...more }).fusion

  it('are read', () => {
    const all = { FUSION_GUARD: 'off', FUSION_COUNTS: 'auto' }
    expect(fusion(all)).toMatchObject({ guard: false, counts: 'auto' })
    const url = 'https://api.fusion.sophos.com/graphql'
    expect(fusion({ FUSION_GRAPHQL_URL: url }).url).toBe(url)
  })

  it('never send the token anywhere but to Sophos, by https', () => {
    for (const url of [
      'http://api.taegis.sophos.com/graphql',
      'https://api.taegis.sophos.com.evil.example/graphql',
      'https://sophos.com.evil.example',
      'https://evilsophos.com/graphql',
      'https://evil.example/graphql#.sophos.com',
      'https://user:word@api.taegis.sophos.com/graphql',
      'https://api.taegis.sophos.com:8443/graphql',
      'http://127.0.0.1:4010/graphql',
      'api.taegis.sophos.com',
    ]) {
      expect(() => fusion({ FUSION_GRAPHQL_URL: url })).toThrow(
        /is not an https address of a host under sophos\.com/,
      )
    }
  })

  it("never send a stand-in's token to Sophos: with another SOPHOS_API_URL, the endpoint is there", () => {
    const local = { SOPHOS_ID_URL: 'http://127.0.0.1:4010', SOPHOS_API_URL: 'http://127.0.0.1:4010' }
    expect(fusion(local).url).toBe('http://127.0.0.1:4010/graphql')
    expect(fusion({ ...local, FUSION_GRAPHQL_URL: 'http://127.0.0.1:4020/graphql' }).url).toBe(
      'http://127.0.0.1:4020/graphql',
    )
  })

  it('that are wrong are named, with what is allowed', () => {
    expect(() => fusion({ FUSION_COUNTS: 'yes', FUSION_GUARD: '1' })).toThrow(
      /FUSION_GUARD: "1" is not one of on, off.*FUSION_COUNTS: "yes" is not one of off, auto/,
    )
  })
})

describe('the deadlines of a run', () => {
  it.each([
    [870_000, 30_000, 820_000],
    [60_000, 15_000, 39_000],
    [4_002, 1_000, 2_601.8],
  ])('share out %i ms', (remaining, requestTimeoutMs, lastCall) => {
    expect(planDeadlines(1_000, remaining)).toEqual({ requestTimeoutMs, lastCallAt: 1_000 + lastCall })
  })
})

describe('the next run', () => {
  it.each([
    ['schedule', 500, 1_100],
    ['schedule', undefined, 1_100],
    ['manual', 500, 500],
    ['manual', 50, 1_100],
    ['manual', undefined, 1_100],
  ] as const)('after one by %s, where %s was planned, is due at %s', (trigger, planned, due) => {
    expect(nextRunAt({ trigger, planned, startedAt: 100, intervalMs: 1_000 })).toBe(due)
  })
})

describe('a duration in words', () => {
  it.each([
    [0, '0 s'],
    [44_600, '45 s'],
    [60_000, '1 min'],
    [140_000, '2 min 20 s'],
    [3_599_700, '1 h'],
    [3_900_000, '1 h 5 min'],
  ])('%i ms is %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words)
  })
})

describe('the sources', () => {
  const two = { ...needed, SOURCE: 'apac', SOPHOS_SOURCES: '{"emea": "arn:emea"}' }

  it('each have their own secret, and an event without one means the first', () => {
    expect(readSettings(two)).toMatchObject({ source: 'apac', secretArn: needed.SOPHOS_SECRET_ARN })
    expect(readSettings(two, 'apac')).toMatchObject({ source: 'apac', secretArn: needed.SOPHOS_SECRET_ARN })
    expect(readSettings(two, 'emea')).toMatchObject({ source: 'emea', secretArn: 'arn:emea' })
  })

  it.each(['emae', 'default', '../state', 'toString'])(
    'do not include "%s", and the error names those there are',
    name => {
      expect(() => readSettings(two, name)).toThrow(
        'There is no such source here; the sources are apac, emea.',
      )
    },
  )

  it.each([
    ['no JSON', 'emea=arn:emea', /SOPHOS_SOURCES: this does not name further sources/],
    ['credentials', '{"clientSecret": {"hush": 1}}', /^(?!.*hush).*SOPHOS_SOURCES: this does not name/],
    ['a name that is no name', '{"../emea": "arn:emea"}', /"\.\.\/emea" is not a name of 1 to 40/],
    ['the first one again', '{"apac": "arn:emea"}', /"apac" is the name of the first source already/],
    ['no secret', '{"emea": ""}', /does not name further sources/],
    ['a secret twice', '{"emea": "arn:emea", "amer": "arn:emea"}', /two sources have the same secret/],
    [
      'the secret of the first',
      `{"emea": "${needed.SOPHOS_SECRET_ARN}"}`,
      /two sources have the same secret/,
    ],
  ])('are refused with %s', (_, SOPHOS_SOURCES, message) => {
    expect(() => readSettings({ ...two, SOPHOS_SOURCES })).toThrow(message)
  })
})
