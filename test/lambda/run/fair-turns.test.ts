import { describe, expect, it } from 'vitest'
import { readState } from '../../../lambda/state/stored-state.ts'
import type { TenantSpec } from '../../../local/simulator/tenants.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

const hourMs = 3_600_000
const intervalMs = 900_000
const specs = (tenants: number, access: TenantSpec['access'] = 'ok') =>
  Array.from({ length: tenants }, () => ({ access }))

/** Scheduled runs for so many hours; `afterRun` is told how many calls each made. */
async function runFor(
  hours: number,
  installation: ReturnType<typeof virtualInstallation>,
  afterRun: (calls: number) => Promise<void> | void = () => undefined,
) {
  const { clock, sophos, pass, run } = installation
  const end = clock.now() + hours * hourMs
  for (let tick = clock.now(); tick < end; tick += intervalMs) {
    await pass(tick - clock.now())
    const before = sophos.received.length
    await run()
    await afterRun(sophos.received.length - before)
  }
}

describe('a counts API that is down for 20 hours, while queries work', () => {
  it('leaves nobody out: all get their turn, and none waits longer than the computed bound', async () => {
    const [tenants, callsAnHour, callsEachAnswer] = [40, 130, 6]
    const installation = virtualInstallation({
      simulator: { tenants: specs(tenants), rateLimits: `10/s 100/m ${callsAnHour}/h` },
    })
    installation.sophos.faults.add({ kind: 'status', status: 500, endpoint: 'counts' })
    const answers = new Map<string, number[]>()
    await runFor(20, installation, async () => {
      const { state } = await readState(installation.bucket, 'default', installation.clock.now())
      for (const { id, counts } of state.tenants) {
        const times = answers.get(id) ?? []
        if (counts && counts.collectedAt !== times.at(-1)) answers.set(id, [...times, counts.collectedAt])
      }
    })
    const begin = installation.clock.now() - 20 * hourMs
    const gaps = [...answers.values()].flatMap(times =>
      [...times, installation.clock.now()].map((at, n) => at - (times[n - 1] ?? begin)),
    )
    // Of the calls, one in 25 is a probe, and each run signs in, lists the tenants once an hour and tries the counts.
    const cycle = (tenants * callsEachAnswer * hourMs) / (callsAnHour * 0.85)
    expect(answers.size).toBe(tenants)
    expect(Math.max(...gaps)).toBeLessThan(3 * cycle + intervalMs)
  })
})

describe('an estate that is larger than the budget', () => {
  it('uses every call of the hour, as many in each run', async () => {
    const callsAnHour = 200
    const installation = virtualInstallation({
      simulator: { tenants: specs(300), rateLimits: `10/s 100/m ${callsAnHour}/h` },
    })
    const made: number[] = []
    await runFor(7, installation, calls => void made.push(calls))
    // The first tenants are not made to wait; that takes what there is, for as long as some were never asked.
    const settled = made.slice(3 * 4)
    expect(Math.min(...settled)).toBeGreaterThanOrEqual(45)
    const used = settled.reduce((sum, calls) => sum + calls, 0) / (settled.length / 4)
    expect(used / callsAnHour).toBeGreaterThanOrEqual(0.99)
  })
})

describe('tenants that are refused', () => {
  it('are asked once a day, so that the others have the calls', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: [...specs(3), ...specs(12, 'unlicensed')], rateLimits: '10/s 100/m 1000/h' },
    })
    await runFor(30, installation)
    const times = (access: string) =>
      installation.sophos.world.tenants
        .filter(tenant => tenant.access === access)
        .map(({ id }) => installation.sophos.countsAsked.get(id))
    expect(new Set(times('unlicensed'))).toEqual(new Set([2]))
    expect(new Set(times('ok'))).toEqual(new Set([120]))
  })
})

describe('limits so small that an even share would be no use', () => {
  it('still reach every tenant: 50 calls a day, every 15 minutes', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(5), rateLimits: '10/s 50/d' } })
    await runFor(49, installation)
    expect(Math.min(...installation.sophos.countsAsked.values())).toBeGreaterThanOrEqual(3)
  })

  it('still list the tenants: 350 of them at 60 calls an hour, every five minutes', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: specs(350), rateLimits: '10/s 60/h' },
      refreshInterval: '5m',
    })
    const { facts, run, pass } = installation
    for (let n = 0; n < 4 * 12; n++) {
      await run()
      await pass(300_000)
    }
    const lists = facts.filter(([fact, { anew }]) => fact === 'tenants listed' && anew)
    expect(lists.length).toBeGreaterThanOrEqual(2)
  })
})

describe('a tenant that only a query can answer, in an estate that is larger than the budget', () => {
  it('is answered all the same', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: specs(90), rateLimits: '10/s 100/m 240/h' },
    })
    const [odd] = installation.sophos.world.tenants
    if (!odd) throw new Error('there is no tenant')
    const nothing = { resolutionDetectionCounts: [{ startsAt: 'never', totalCount: 1 }] }
    const fault = {
      kind: 'status',
      status: 200,
      body: nothing,
      endpoint: 'counts',
      tenantId: odd.id,
    } as const
    installation.sophos.faults.add(fault)
    const answered = new Set<string>()
    await runFor(7, installation, () => {
      const row = installation.rows().find(({ ID }) => ID === odd.id)
      if (row?.Method === 'query') answered.add(row.Collected_At ?? '')
    })
    expect(answered.size).toBeGreaterThanOrEqual(2)
  })
})
