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
      expect(row.Reason).toMatch(/gives no hours.*2 of 24 so far/)
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
