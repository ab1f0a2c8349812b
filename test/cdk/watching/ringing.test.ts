import { describe, expect, it } from 'vitest'
import type { Fault, FaultKind } from '../../../local/simulator/faults.ts'
import type { TenantSpec } from '../../../local/simulator/tenants.ts'
import { document, section } from '../../docs/documents.ts'
import { watchedInstallation } from '../../watched-installation.ts'
import { variant } from '../resources.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const regions = ['eu01', 'us03', 'eu02'] as const

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const specs = (count: number, more: (n: number) => TenantSpec = () => ({})): TenantSpec[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: idOf(n), access: 'ok', region: regions[n % 3] ?? 'eu01' },
    ...more(n),
  }))

/** 90 tenants in three regions, of which 40 can be asked in an hour: a planned cycle is two and a quarter hours. */
const cycleHours = 90 / 40
const largeEstate = (tenants = specs(90)) =>
  watchedInstallation(
    variant({ schedule: '15m' }).toJSON(),
    { tenants, rateLimits: '10/s 100/m 40/h', apiHosts: 'regions' },
    15 * minuteMs,
  )

/** The time to ring that the runbook states, in hours, by the name of the alarm. */
function statedHours(alarm: string): number {
  const text = section('docs/runbook.md', alarm)
  const [, cycles = '0', intervals] =
    /\*\*Rings\*\* within (?:(\w+) planned cycles and )?(\w+) intervals/.exec(text) ?? []
  const numbers: Readonly<Record<string, number>> = { 0: 0, two: 2, three: 3, four: 4 }
  const number = (word: string) => {
    const found = numbers[word]
    if (found === undefined) throw new Error(`the runbook says "${word}", which this test cannot read`)
    return found
  }
  return number(cycles) * cycleHours + number(intervals ?? '') / 4
}

const refused = (status: number, error: string): FaultKind => ({ kind: 'status', status, body: { error } })

describe('in a bad day', () => {
  it.each<[string, Fault, string]>([
    ['the counts API is dead', { endpoint: 'counts', kind: 'status', status: 500 }, 'NotFresh'],
    ['a region breaks every connection', { region: 'eu01', kind: 'reset' }, 'NotFresh'],
    ['a region hangs', { region: 'eu01', kind: 'hang' }, 'NotFresh'],
    [
      'half of all calls for counts are answered 400',
      { endpoint: 'counts', ...refused(400, 'bad'), every: 2 },
      'NotFresh',
    ],
    ['the credential lost its rights', { endpoint: 'counts', ...refused(403, 'Forbidden') }, 'Failed'],
    ['the credential was deleted', { endpoint: 'token', ...refused(401, 'invalid_client') }, 'Failed'],
  ])('%s: an alarm rings within the time that the runbook states, and rings on', async (_, fault, alarm) => {
    const { live, rings, faults, clock } = largeEstate()
    await live(4)
    expect(rings.filter(({ at }) => at > clock.now() - 3 * hourMs)).toEqual([])
    const since = clock.now()
    faults().add(fault)
    await live(9)
    const ofAlarm = rings.filter(({ alarm: name, at }) => name.startsWith(alarm) && at > since)
    expect(ofAlarm).toMatchObject([{ state: 'ALARM' }])
    expect(((ofAlarm[0]?.at ?? 0) - since) / hourMs).toBeLessThanOrEqual(statedHours(alarm))
  })

  it('one tenant of many fails: the alarm on a day without figures rings, and no other', async () => {
    const { live, rings, faults, clock } = watchedInstallation(
      variant({ schedule: '2h' }).toJSON(),
      { tenants: specs(20), rateLimits: '10/s 100/m 1000/h' },
      2 * hourMs,
    )
    await live(6)
    const since = clock.now()
    faults().add({ endpoint: 'counts', tenantId: idOf(1), ...refused(400, 'bad') })
    await live(32)
    const after = rings.filter(({ at }) => at > since)
    expect(after.map(({ alarm, state }) => `${alarm} ${state}`)).toEqual(['DayOlddefault ALARM'])
    expect(((after[0]?.at ?? 0) - since) / hourMs).toBeLessThanOrEqual(24 + 2 * 2)
  })
})

/** What happens on days on which nobody needs to get up. Each is a share of what a run is about to meet. */
function quietWeather(installation: ReturnType<typeof largeEstate>, tenants: TenantSpec[]) {
  const { faults, become, clock } = installation
  return (run: number) => {
    const { add } = faults()
    if (run % 7 === 3) add({ endpoint: 'counts', kind: 'status', status: 500, times: 1 })
    if (run % 11 === 5) add({ kind: 'status', status: 429, times: 1 })
    if (run % 13 === 6) add({ kind: 'reset', times: 2 })
    if (run === 17) become([...tenants.slice(1), { id: idOf(999), access: 'ok', region: 'ca01' }])
    if (run === 30) {
      const remove = add({ kind: 'status', status: 503 })
      void clock.sleep(10 * minuteMs).then(remove)
    }
  }
}

describe('on quiet days', () => {
  const odd = (n: number): TenantSpec => {
    if (n % 10 === 3) return { access: 'unlicensed' }
    if (n % 30 === 7) return { apiHost: null }
    return n % 30 === 8 ? { movedAt: Date.UTC(2026, 10, 22, 14) } : {}
  }

  it('no alarm rings for an estate that is larger than its budget', async () => {
    const tenants = specs(90, odd)
    const installation = largeEstate(tenants)
    const start = installation.clock.now()
    await installation.live(24, quietWeather(installation, tenants))
    expect(installation.rings.filter(({ at }) => at > start + hourMs)).toEqual([])
  })

  it('no alarm rings where tenants without a licence meet an outage on their turn, a day after the last', async () => {
    const tenants = specs(40, n => (n % 4 === 0 ? { access: 'unlicensed' } : {}))
    const installation = watchedInstallation(
      variant({ schedule: '1h' }).toJSON(),
      { tenants, rateLimits: '10/s 100/m 1000/h', apiHosts: 'regions' },
      hourMs,
    )
    await installation.live(23)
    const since = installation.clock.now()
    const remove = installation.faults().add({ kind: 'status', status: 503 })
    await installation.live(2)
    remove()
    await installation.live(6)
    const rings = installation.rings.filter(({ at }) => at > since)
    expect(rings.filter(({ alarm }) => alarm.startsWith('DayOld'))).toEqual([])
  })

  it('no alarm rings for a small estate that is asked once an hour', async () => {
    const tenants = specs(30, odd)
    const installation = watchedInstallation(
      variant({ schedule: '1h' }).toJSON(),
      { tenants, rateLimits: '10/s 100/m 1000/h', apiHosts: 'regions' },
      hourMs,
    )
    const start = installation.clock.now()
    await installation.live(48, quietWeather(installation, tenants))
    expect(installation.rings.filter(({ at }) => at > start + 3 * hourMs)).toEqual([])
  })
})

describe('the runbook', () => {
  it('states for each alarm when it rings', () => {
    const text = document('docs/runbook.md')
    for (const alarm of ['Failed', 'Stale', 'SlowRun', 'NotFresh', 'DayOld', 'Throttled', 'Lost']) {
      expect([alarm, /\n\*\*Rings\*\* /.test(section('docs/runbook.md', alarm))]).toEqual([alarm, true])
      expect(text).toContain(`| [${alarm}](#${alarm.toLowerCase()}) |`)
    }
  })
})
