import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostTenants, planFor, sayPlan } from '../../../cdk/planning/planner.ts'
import { readSettings } from '../../../cdk/settings.ts'

const say = (context: Readonly<Record<string, unknown>>): string => sayPlan(readSettings(context))
const emea = 'emea=arn:aws:secretsmanager:eu-central-1:111122223333:secret:emea-AbCdEf'

describe('the planner', () => {
  it.each([
    [{ tenants: '50' }, '50 tenants every 15 min need 224 calls an hour, and 1,000 can be made.'],
    [{ tenants: '230' }, '230 tenants every 15 min need 980 calls an hour, and 1,000 can be made.'],
    [
      { tenants: '400' },
      '400 tenants every 15 min need 1,692 calls an hour; 1,000 are recommended: each tenant will be refreshed every 26 min.',
    ],
    [
      { tenants: '2500', schedule: '1h' },
      '2,500 tenants every 1 h need 2,632 calls an hour; 1,000 are recommended: each tenant will be refreshed every 2 h 41 min.',
    ],
    // A run cannot spend more than the window of an hour, however long it is until the next.
    [
      { tenants: '2500', schedule: '24h' },
      '2,500 tenants every 24 h need 209 calls an hour; 41 are possible with these settings: each tenant will be refreshed every 64 h 19 min. A run cannot spend more; with a schedule of 60m it would be every 2 h 41 min.',
    ],
    // What bounds a run here is its own time: Lambda ends it after 15 minutes.
    [
      { tenants: '10000', rateLimits: '10/s 100/m 200000/d' },
      '10,000 tenants every 15 min need 42,076 calls an hour; 5,600 are possible with these settings: each tenant will be refreshed every 1 h 54 min.',
    ],
    [
      { tenants: '100000' },
      '100,000 tenants every 15 min need 420,676 calls an hour; 1,000 are recommended: that is not enough to list the tenants and ask about any of them.',
    ],
    // Two credentials sign in twice; they share the windows.
    [
      { tenants: '230', sources: emea },
      '230 tenants every 15 min need 992 calls an hour, and 1,000 can be made.',
    ],
    [
      {},
      'Up to 238 tenants are refreshed every 15 min; more of them less often. With the setting "tenants" this line says how often.',
    ],
  ])('of %j says what it comes to', (context, sentence) => {
    expect(say(context)).toBe(sentence)
  })

  const estates = fc.record({
    tenants: fc.integer({ min: 1, max: 20_000 }),
    scheduleMinutes: fc.constantFrom(5, 15, 60, 240, 1440),
    rateLimits: fc.constantFrom('10/s 100/m 1000/h 200000/d', '10/s 100/m 200000/d', '5/s 30/m 300/h'),
    sources: fc.constantFrom(new Map<string, string>(), new Map([['emea', 'arn']])),
    fusionGuard: fc.constantFrom('on' as const, 'off' as const),
  })

  it('never promises more tenants a sooner refresh, nor one sooner than the schedule', () => {
    fc.assert(
      fc.property(estates, fc.integer({ min: 1, max: 2_000 }), (estate, more) => {
        const { refreshMinutes } = planFor(estate)
        const larger = planFor({ ...estate, tenants: estate.tenants + more }).refreshMinutes
        expect(refreshMinutes).toBeGreaterThanOrEqual(estate.scheduleMinutes)
        expect(larger).toBeGreaterThanOrEqual(refreshMinutes)
      }),
    )
  })

  it('finds the most tenants that the schedule holds for: one more is too many', () => {
    fc.assert(
      fc.property(estates, estate => {
        const most = mostTenants(estate)
        const refreshed = (tenants: number) => planFor({ ...estate, tenants }).refreshMinutes
        if (most > 0) expect(refreshed(most)).toBe(estate.scheduleMinutes)
        expect(refreshed(most + 1)).toBeGreaterThan(estate.scheduleMinutes)
      }),
    )
  })
})

describe('what was measured', () => {
  const report = readFileSync(new URL('../../bench/README.md', import.meta.url), 'utf8')
  /** The rows of the table below a heading, without their first cell's. */
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

  it('is what the planner says a run needs: a call for each tenant, the list, whoami, the token, and the checks', () => {
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
      // A run longer than the token's hour has a second one, and the last of the checks is a whole call.
      const planned = planFor(estate).callsNeeded
      expect(Math.abs(planned - Number(calls))).toBeLessThanOrEqual(2)
    }
  })

  it('is what the planner says of estates that no run can collect', () => {
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
      // An average lies between the tenants in trouble, which are asked more often, and all others.
      expect(hours).toBeLessThan(Number(oldest) * 1.1)
      expect(hours).toBeGreaterThan(Number(inTrouble) * 0.9)
    }
  })
})
