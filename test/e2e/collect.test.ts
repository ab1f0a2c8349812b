import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Line, startLine } from './line.ts'

const hourMs = 3_600_000

describe('a run of the built bundle over 230 tenants', () => {
  // The simulator's clock is fixed, so that the true counts are the same during and after the run.
  const now = Date.now()
  let line: Line
  let result: Awaited<ReturnType<Line['invoke']>>

  beforeAll(async () => {
    line = await startLine({ simulator: { tenants: [...Array(230)].map(() => ({})), clock: () => now } })
    result = await line.invoke({ trigger: 'schedule' })
  })
  afterAll(() => line.close())

  it('makes one call for each tenant, one for each page, one for whoami, one for the token, and a probe for each 24 tenants', () => {
    const calls = Object.groupBy(line.simulator.log, ({ endpoint }) => endpoint)
    expect(
      Object.fromEntries(Object.entries(calls).map(([endpoint, list]) => [endpoint, list?.length])),
    ).toEqual({
      token: 1,
      whoami: 1,
      partnerTenants: 3,
      counts: 230,
      fusion: 10,
    })
    expect(new Set(calls.counts?.map(({ tenantId }) => tenantId)).size).toBe(230)
  })

  it('publishes exactly the counts from Sophos for each tenant', async () => {
    const { world } = line.simulator
    const rows = await line.rows()
    expect(rows).toHaveLength(230)
    for (const row of rows) {
      const { total, bySeverity } = world.counts(row.ID ?? '', now - 24 * hourMs, now)
      expect(row).toMatchObject({
        Detections_Critical: String(bySeverity.critical),
        Detections_High: String(bySeverity.high),
        Detections_Medium: String(bySeverity.medium),
        Detections_Low: String(bySeverity.low),
        Detections_Info: String(bySeverity.info),
        Detections_Total: String(total),
        Status: 'ok',
        Reason: '',
        Method: 'counts',
        Region: world.tenant(row.ID ?? '')?.region,
      })
      const hourly = row.Hourly?.split(' ').map(Number) ?? []
      expect(hourly).toHaveLength(24)
      expect(hourly.reduce((sum, count) => sum + count, 0)).toBe(total)
      expect(Date.now() - Date.parse(row.Collected_At ?? '')).toBeLessThan(60_000)
    }
    expect(rows.some(({ Detections_Total }) => Number(Detections_Total) > 0)).toBe(true)
  })

  it('reports the result of the run to the caller and in status.json', async () => {
    const message = expect.stringMatching(/^Collected 230 of 230 tenants in \d+ s\.$/)
    expect(result).toMatchObject({ ok: true, value: { result: 'complete', message, calls: { made: 245 } } })
    const status: unknown = JSON.parse(await line.object('status.json'))
    expect(status).toMatchObject({
      schemaVersion: 1,
      demo: true,
      refreshIntervalMs: 900_000,
      tenants: { total: 230, byStatus: { ok: 230, failed: 0 } },
      sources: [
        {
          source: 'default',
          run: { trigger: 'schedule', result: 'complete', message },
          calls: { made: 245, retries: 0, throttled: 0 },
          budget: [{ window: '2000/s', limit: 2_000, periodMs: 1_000 }],
        },
      ],
    })
  })

  it('writes neither the secret nor a token anywhere', async () => {
    const written = [
      line.logs.join('\n'),
      ...(await Promise.all(
        ['detections.csv', 'community/detections.csv', 'status.json', 'state/default/lease.json'].map(
          line.object,
        ),
      )),
    ]
    for (const text of written) {
      expect(text.length).toBeGreaterThan(100)
      expect(text).not.toContain('demo-secret')
      expect(text).not.toMatch(/bearer|access_token/i)
    }
  })

  it('logs one JSON object for each line, and its metrics in the embedded format', () => {
    const lines = line.logs.map((text): Record<string, unknown> => JSON.parse(text))
    expect(lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['run started', 'tenants listed', 'run ended']),
    )
    // A quiet run costs as much as this.
    expect(line.logs.join('\n').length).toBeLessThan(5_000)
    expect(lines.find(({ _aws }) => _aws)).toMatchObject({
      RunFailed: 0,
      TenantsWithoutFreshFigures: 0,
      source: 'default',
    })
    expect(lines.find(({ message }) => message === 'run ended')).toMatchObject({
      source: 'default',
      calls: { made: 245 },
      tenants: { ok: 230 },
      health: { active: 230, withoutFresh: 0 },
    })
  })
})

describe('a credential', () => {
  it.each([
    ['organization', 5, { organizationTenants: 1, counts: 5 }],
    ['tenant', 1, { counts: 1 }],
  ] as const)('of type %s is recognized by whoami', async (idType, tenants, calls) => {
    const line = await startLine({ simulator: { idType, tenants: [...Array(tenants)].map(() => ({})) } })
    try {
      await expect(line.invoke()).resolves.toMatchObject({ ok: true, value: { result: 'complete' } })
      await expect(line.rows()).resolves.toHaveLength(tenants)
      for (const [endpoint, count] of Object.entries(calls)) {
        expect(line.simulator.log.filter(call => call.endpoint === endpoint)).toHaveLength(count)
      }
    } finally {
      await line.close()
    }
  })
})

describe('pacing', () => {
  it('never exceeds a window as counted by the server, with random delays', async () => {
    // The real windows' shape, many times faster.
    const limits = [
      { limit: 10, periodMs: 250 },
      { limit: 40, periodMs: 2_000 },
    ]
    const line = await startLine({
      simulator: {
        tenants: [...Array(60)].map(() => ({})),
        rateLimits: limits,
        latency: { min: 1, max: 40 },
      },
      env: { SOPHOS_RATE_LIMITS: '10/250ms 40/2s' },
    })
    try {
      await expect(line.invoke()).resolves.toMatchObject({
        ok: true,
        value: { calls: { made: 66, retries: 0, throttled: 0 } },
      })
      const times = line.simulator.log.map(({ receivedAt }) => receivedAt).sort((a, b) => a - b)
      expect(times).toHaveLength(66)
      for (const { limit, periodMs } of limits) {
        for (const [i, time] of times.slice(limit).entries())
          expect(time - (times[i] ?? 0)).toBeGreaterThanOrEqual(periodMs)
      }
    } finally {
      await line.close()
    }
  })
})
