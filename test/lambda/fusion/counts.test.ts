import { describe, expect, it } from 'vitest'
import type { SimulatorOptions } from '../../../local/simulator/options.ts'
import type { TenantSpec } from '../../../local/simulator/tenants.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

const minuteMs = 60_000
const hourMs = 3_600_000
const start = Date.UTC(2026, 10, 22, 10, 7)
const moved = (more: TenantSpec = {}): TenantSpec => ({
  access: 'ok',
  detectionsPerDay: 300,
  movedAt: Date.UTC(2026, 10, 20),
  ...more,
})

/** An installation whose guard finds every move in its first run, at seven minutes past ten. */
async function installed(
  tenants: readonly TenantSpec[],
  env: Record<string, string> = {},
  more: Pick<SimulatorOptions, 'fusion'> = {},
) {
  const installation = virtualInstallation({
    simulator: { tenants, rateLimits: '1000/s', ...more },
    refreshInterval: '24h',
    env: { FUSION_COUNTS: 'auto', ...env },
  })
  await installation.pass(start - installation.clock.now())
  const calls: string[] = []
  installation.sophos.onFusion((tenantId, json) =>
    calls.push(`${tenantId} ${Object.keys(Object(json).data ?? {})[0]}`),
  )
  const truthOf = (id: string, at: number) => installation.sophos.world.counts(id, at - 24 * hourMs, at)
  const next = async () => {
    await installation.pass(15 * minuteMs)
    calls.length = 0
    return installation.run()
  }
  return { ...installation, calls, truthOf, next }
}

/** Whether a row's counts are the truth within the half second that an answer takes. */
function isTrue(
  row: Record<string, string>,
  truthOf: (id: string, at: number) => { total: number },
): boolean {
  const at = Date.parse(row.Collected_At ?? '')
  const totals = [0, 100, 200, 300, 400].map(ms => truthOf(row.ID ?? '', at - ms).total)
  const total = Number(row.Detections_Total)
  return total >= Math.min(...totals) - 1 && total <= Math.max(...totals) + 1
}

describe('moved tenants with FUSION_COUNTS=auto', () => {
  it("have Fusion's counts, by one request each, and are not asked anywhere else", async () => {
    const { run, rows, calls, truthOf, sophos } = await installed([moved(), moved(), { access: 'ok' }])
    await run()
    const [first, second] = sophos.world.tenants.map(({ id }) => id)
    expect(calls.sort()).toEqual(
      [
        ...sophos.world.tenants.map(({ id }) => `${id} caseTypes`),
        `${first} day_critical`,
        `${second} day_critical`,
      ].sort(),
    )
    const fusion = rows().filter(({ Method }) => Method === 'fusion')
    expect(fusion.map(({ ID }) => ID).sort()).toEqual([first, second].sort())
    for (const row of fusion) {
      expect(row).toMatchObject({
        Status: 'ok',
        Migration: 'moved',
        Hourly: '',
        Hourly_High: '',
        New_Total: '',
      })
      expect(row.Reason).toMatch(/tells no hours.*2 of 24 so far/)
      expect(Number(row.Detections_Total)).toBeGreaterThan(50)
      expect(isTrue(row, truthOf)).toBe(true)
    }
  })

  it('have 24 hours after 22 hours of answers, and what is new between two', async () => {
    const { run, next, rows, sophos } = await installed([moved()])
    await run()
    for (let i = 0; i < 22 * 4; i++) await next()
    const [row] = rows()
    const hourly = row?.Hourly?.split(' ').map(Number) ?? []
    const to = Date.parse(row?.Collected_At ?? '')
    const hour = Math.floor(to / hourMs) * hourMs
    const id = sophos.world.tenants[0]?.id ?? ''
    const truth = Array.from({ length: 23 }, (_, i) => {
      const startsAt = hour - (23 - i) * hourMs
      return sophos.world.counts(id, startsAt, startsAt + hourMs).total
    })
    expect(hourly.slice(0, 23)).toEqual(truth)
    expect(row?.Reason).toBe('')
    expect(row?.Hourly_Info?.split(' ')).toHaveLength(24)
    expect(Number(row?.New_Total)).toBeGreaterThanOrEqual(0)
    expect(to - Date.parse(row?.New_Since ?? '')).toBeLessThan(16 * minuteMs)
  })

  it('keep their last good Fusion counts where Fusion fails, with the reason', async () => {
    const { run, next, rows, sophos } = await installed([moved(), moved()])
    await run()
    const before = rows().map(({ ID, Detections_Total, Collected_At }) => ({
      ID,
      Detections_Total,
      Collected_At,
    }))
    const [first] = sophos.world.tenants
    sophos.faults.add({
      kind: 'fusionField',
      field: 'day_high',
      as: 'INVALID_REQUEST',
      ...(first && { tenantId: first.id }),
    })
    await next()
    const row = rows().find(({ ID }) => ID === first?.id)
    expect(row).toMatchObject({ Status: 'failed', Method: 'fusion', Migration: 'moved' })
    expect(row?.Reason).toMatch(/search ended as INVALID_REQUEST/)
    expect(before).toContainEqual({
      ID: row?.ID,
      Detections_Total: row?.Detections_Total,
      Collected_At: row?.Collected_At,
    })
  })

  it('lose their counts when these are switched off, and are asked again when switched on', async () => {
    const { run, next, rows, clock, bucket } = await installed([moved()])
    await run()
    const simulator = { tenants: [moved()], rateLimits: '1000/s' }
    const off = virtualInstallation({ simulator, clock, bucket })
    await off.run()
    expect(off.rows()).toMatchObject([{ Status: 'moved', Detections_Total: '', Method: '', Hourly: '' }])
    await next()
    expect(rows()).toMatchObject([{ Status: 'ok', Method: 'fusion' }])
  })

  it('mark the change in the history by the method, and are never new by it', async () => {
    const movedAt = start + 20 * minuteMs
    const { run, next, rows } = await installed([moved({ movedAt, detectionsPerDay: 900 })])
    await run()
    expect(rows()).toMatchObject([{ Method: 'counts', Migration: 'not_moved' }])
    await next()
    await next()
    expect(rows()).toMatchObject([{ Method: 'fusion', Migration: 'moved', New_Total: '', New_Critical: '' }])
  })
})

describe('one request for all moved tenants', () => {
  const on = { FUSION_ALL_TENANTS: 'on' }
  const estate = [
    ...Array.from({ length: 12 }, () => moved()),
    moved({ detectionsPerDay: 0 }),
    { access: 'ok' as const },
  ]
  const singly = (calls: readonly string[]) => calls.filter(call => call.endsWith('day_critical')).length

  it('has the counts of all, with a few asked by themselves as a check, and those that it does not name', async () => {
    const { run, next, rows, calls, truthOf, status, sophos } = await installed(estate, on)
    await run()
    await next()
    const atOnce = calls.filter(call => call.startsWith(sophos.central.accountId))
    expect(atOnce.length).toBeLessThanOrEqual(3)
    // Three as a check, twice at the most, and the one without detections.
    expect(singly(calls) - atOnce.length).toBeLessThanOrEqual(7)
    expect(singly(calls) - atOnce.length).toBeGreaterThanOrEqual(4)
    const fusion = rows().filter(({ Method }) => Method === 'fusion')
    expect(fusion).toHaveLength(13)
    expect(fusion.every(row => isTrue(row, truthOf))).toBe(true)
    expect(fusion.find(({ Detections_Total }) => Detections_Total === '0')).toMatchObject({ Status: 'ok' })
    expect(status()).toMatchObject({
      sources: [{ fusion: { guard: 'on', counts: 'auto', allTenants: 'on' } }],
    })
  })

  it('that tells other counts is switched off for good, says so, and publishes none of them', async () => {
    const { run, next, rows, calls, truthOf, status, sophos, facts } = await installed(estate, on)
    const remove = sophos.faults.add({ kind: 'miscount', by: 1, endpoint: 'fusion' })
    await run()
    expect(
      rows()
        .filter(({ Method }) => Method === 'fusion')
        .every(row => isTrue(row, truthOf)),
    ).toBe(true)
    const refuted = {
      allTenants: 'refuted',
      message: expect.stringMatching(
        /switched off by itself\. Its counts are not those that these tenants have/,
      ),
    }
    expect(status()).toMatchObject({ sources: [{ fusion: refuted }] })
    expect(facts.map(([fact]) => fact)).toContain(
      'one request for all moved tenants is of no use, and is not made again',
    )
    remove()
    await next()
    expect(calls.filter(call => call.startsWith(sophos.central.accountId))).toEqual([])
    expect(singly(calls)).toBe(13)
    expect(status()).toMatchObject({ sources: [{ fusion: refuted }] })
  })

  it('whose counts are wrong for one tenant alone is found out sooner or later', async () => {
    const { run, next, status, sophos } = await installed(estate, on)
    await run()
    const victim = sophos.world.tenants[5]?.id ?? ''
    sophos.faults.add({ kind: 'miscount', by: 1, endpoint: 'fusion', tenantId: victim })
    const isRefuted = () => JSON.stringify(status()).includes('"refuted"')
    for (let i = 0; i < 300 && !isRefuted(); i++) await next()
    expect(isRefuted()).toBe(true)
  })

  it('that names tenants by numbers of its own is of no use, and says so', async () => {
    const { run, rows, status } = await installed(estate, on, { fusion: { ids: 'numbers' } })
    await run()
    expect(status()).toMatchObject({
      sources: [
        { fusion: { allTenants: 'refuted', message: expect.stringMatching(/by its id in Sophos Central/) } },
      ],
    })
    expect(rows().filter(({ Method }) => Method === 'fusion')).toHaveLength(13)
  })

  it.each([1, -1])(
    'that tells %i too many in an hour is switched off as well, for hours and news come from these',
    async by => {
      const { run, status, sophos } = await installed([moved({ detectionsPerDay: 3_000 })], on)
      sophos.faults.add({ kind: 'miscount', by, field: 'sinceHourBefore_info', endpoint: 'fusion' })
      await run()
      expect(status()).toMatchObject({ sources: [{ fusion: { allTenants: 'refuted' } }] })
    },
  )

  it('that names only tenants that nobody knows to have moved is neither used nor given up', async () => {
    const [calm, busy] = [moved({ detectionsPerDay: 0 }), moved()]
    const { run, rows, status, sophos } = await installed([calm, busy], on)
    const [, second] = sophos.world.tenants.map(({ id }) => id)
    const probe = { endpoint: 'fusion', operation: 'MigrationProbe', kind: 'status', status: 500 } as const
    sophos.faults.add({ ...probe, ...(second && { tenantId: second }) })
    await run()
    expect(rows().map(({ Method, Migration }) => [Method, Migration])).toEqual([
      ['counts', 'not_checked'],
      ['fusion', 'moved'],
    ])
    expect(status()).toMatchObject({ sources: [{ fusion: { allTenants: 'on' } }] })
  })

  it.each([
    ['is refused', { fusion: { parent: false } }, undefined],
    ['fails', {}, { kind: 'fusionField', field: 'day_low', as: 'error' } as const],
  ])('that %s is left for this run: each is asked by itself', async (_, more, fault) => {
    const { run, rows, status, sophos } = await installed(estate, on, more)
    if (fault) sophos.faults.add({ ...fault, endpoint: 'fusion', operation: 'AllTenants' })
    await run()
    expect(rows().filter(({ Method }) => Method === 'fusion')).toHaveLength(13)
    expect(status()).toMatchObject({ sources: [{ fusion: { allTenants: 'on' } }] })
  })

  it('stays in use over many runs of busy tenants, whose detections come and go while it is checked', async () => {
    const busy = Array.from({ length: 6 }, () => moved({ detectionsPerDay: 3_000 }))
    const { run, next, status, rows, truthOf } = await installed(busy, on)
    await run()
    for (let i = 0; i < 20; i++) {
      await next()
      expect(rows().every(row => isTrue(row, truthOf))).toBe(true)
    }
    expect(status()).toMatchObject({ sources: [{ fusion: { allTenants: 'on' } }] })
  })

  it('is tried again after its setting was off', async () => {
    const { run, sophos, clock, bucket } = await installed(estate, on)
    sophos.faults.add({ kind: 'miscount', by: 1, endpoint: 'fusion' })
    await run()
    const simulator = { tenants: estate, rateLimits: '1000/s' }
    const env = { FUSION_COUNTS: 'auto' }
    await virtualInstallation({ simulator, clock, bucket, env }).run()
    const again = virtualInstallation({ simulator, clock, bucket, env: { ...env, ...on } })
    await again.run()
    expect(again.status()).toMatchObject({ sources: [{ fusion: { allTenants: 'on' } }] })
  })
})
