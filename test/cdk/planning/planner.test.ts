import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPlan, maxTenants, planFor } from '../../../cdk/planning/planner.ts'
import { readSettings } from '../../../cdk/settings.ts'

const sentencesFor = (context: Readonly<Record<string, unknown>>): string => formatPlan(readSettings(context))
const emea = 'emea=arn:aws:secretsmanager:eu-central-1:111122223333:secret:emea-AbCdEf'

describe('the planner', () => {
  it.each([
    [{ tenants: '50' }, '50 tenants every 15 min need 224 calls an hour. The limit is 1,000.'],
    [{ tenants: '230' }, '230 tenants every 15 min need 980 calls an hour. The limit is 1,000.'],
    [
      { tenants: '400' },
      '400 tenants every 15 min need 1,692 calls an hour, but the recommended limit is 1,000. Each tenant will be refreshed every 26 min.',
    ],
    [
      { tenants: '2500', schedule: '1h' },
      '2,500 tenants every 1 h need 2,632 calls an hour, but the recommended limit is 1,000. Each tenant will be refreshed every 2 h 41 min.',
    ],
    // A run can use only one window of an hour, even if the next run is hours away.
    [
      { tenants: '2500', schedule: '24h' },
      '2,500 tenants every 24 h need 209 calls an hour, but the limit with these settings is 41. Each tenant will be refreshed every 64 h 19 min. One run cannot make more calls: with schedule=60m it would be every 2 h 41 min.',
    ],
    // Here Lambda's limit of 15 minutes bounds a run.
    [
      { tenants: '10000', rateLimits: '10/s 100/m 200000/d' },
      '10,000 tenants every 15 min need 42,076 calls an hour, but the limit with these settings is 5,600. Each tenant will be refreshed every 1 h 54 min.',
    ],
    [
      { tenants: '100000' },
      '100,000 tenants every 15 min need 420,676 calls an hour, but the recommended limit is 1,000. That is not enough to list the tenants and query any of them.',
    ],
    // Two credentials sign in twice and share the rate limits.
    [
      { tenants: '230', sources: emea },
      '230 tenants every 15 min need 992 calls an hour. The limit is 1,000.',
    ],
    [
      {},
      'Up to 238 tenants can be refreshed every 15 min. With more tenants, each is refreshed less often: set "tenants" to see how often.',
    ],
  ])('describes the plan for %j', (context, sentences) => {
    expect(sentencesFor(context)).toBe(sentences)
  })

  const estates = fc.record({
    tenants: fc.integer({ min: 1, max: 20_000 }),
    scheduleMinutes: fc.constantFrom(5, 15, 60, 240, 1440),
    rateLimits: fc.constantFrom('10/s 100/m 1000/h 200000/d', '10/s 100/m 200000/d', '5/s 30/m 300/h'),
    sources: fc.constantFrom(new Map<string, string>(), new Map([['emea', 'arn']])),
    fusionGuard: fc.constantFrom('on' as const, 'off' as const),
  })

  it('never promises faster refreshes for more tenants, nor faster than the schedule', () => {
    fc.assert(
      fc.property(estates, fc.integer({ min: 1, max: 2_000 }), (estate, more) => {
        const { refreshMinutes } = planFor(estate)
        const larger = planFor({ ...estate, tenants: estate.tenants + more }).refreshMinutes
        expect(refreshMinutes).toBeGreaterThanOrEqual(estate.scheduleMinutes)
        expect(larger).toBeGreaterThanOrEqual(refreshMinutes)
      }),
    )
  })

  it('finds the maximum of tenants for a schedule: one more is too many', () => {
    fc.assert(
      fc.property(estates, estate => {
        const most = maxTenants(estate)
        const refreshed = (tenants: number) => planFor({ ...estate, tenants }).refreshMinutes
        if (most > 0) expect(refreshed(most)).toBe(estate.scheduleMinutes)
        expect(refreshed(most + 1)).toBeGreaterThan(estate.scheduleMinutes)
      }),
    )
  })
})

describe('the benchmark', () => {
  const report = readFileSync(new URL('../../bench/README.md', import.meta.url), 'utf8')
  /** Returns the rows of the table under a heading. */
  const table = (heading: string): string[][] => {
    const below = report.slice(report.indexOf(heading))
    const rows = below.split('\n').filter(line => line.startsWith('|'))
    const end = rows.findIndex((_, at) => at > 1 && /^\| ---/.test(rows[at + 1] ?? ''))
    return rows.slice(2, end < 0 ? undefined : end).map(row =>
      row
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
  }
  const noSources = new Map<string, string>()
  const fusionGuard = 'on' as const

  it("matches the planner's calls of a run: one for each tenant, the list, whoami, the token, and the probes", () => {
    const runs = table('## Pacing').filter(([, , , throttled]) => throttled === '0')
    expect(runs.length).toBeGreaterThanOrEqual(5)
    for (const [tenants = '', , calls = ''] of runs) {
      const estate = {
        tenants: Number(tenants),
        scheduleMinutes: 60,
        rateLimits: '1000000/s',
        sources: noSources,
        fusionGuard,
      }
      // A run of over an hour needs a second token, and the number of probes is rounded up.
      const planned = planFor(estate).callsNeeded
      expect(Math.abs(planned - Number(calls))).toBeLessThanOrEqual(2)
    }
  })

  it("matches the planner's forecast if one run cannot reach all tenants", () => {
    const ages = table('## Ages')
    expect(ages.length).toBeGreaterThanOrEqual(2)
    for (const [tenants = '', rateLimits = '', , oldest = '', inTrouble = ''] of ages) {
      const estate = {
        tenants: Number(tenants),
        scheduleMinutes: 15,
        rateLimits,
        sources: noSources,
        fusionGuard,
      }
      const hours = planFor(estate).refreshMinutes / 60
      // The average lies between tenants with detections, which runs query more often, and all others.
      expect(hours).toBeLessThan(Number(oldest) * 1.1)
      expect(hours).toBeGreaterThan(Number(inTrouble) * 0.9)
    }
  })
})
