import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Line, startLine } from './line.ts'

const hourMs = 3_600_000
const now = Date.now()
const movedAt = now - 30 * hourMs
const simulator = {
  tenants: [...[0, 1, 2].map(() => ({ movedAt, detectionsPerDay: 500 })), ...[...Array(20)].map(() => ({}))],
  clock: () => now,
}

describe('tenants that moved to Sophos Fusion, seen by the built bundle', () => {
  let line: Line
  // Every tenant is probed in the first run.
  beforeAll(async () => {
    line = await startLine({ simulator, env: { REFRESH_INTERVAL: '24h' } })
    await line.invoke()
  })
  afterAll(() => line.close())

  it('have rows with that status and no counts, before other rows without counts', async () => {
    const rows = await line.rows()
    const moved = line.simulator.world.tenants.slice(0, 3).map(({ id }) => id)
    const last = rows.slice(-3)
    expect(last.map(({ ID }) => ID).sort()).toEqual(moved.toSorted())
    for (const row of last) {
      expect(row).toMatchObject({
        Status: 'moved',
        Migration: 'moved',
        Detections_Total: '',
        Hourly: '',
        Method: '',
      })
      expect(row.Reason).toMatch(/set FUSION_COUNTS=auto/)
    }
    expect(
      rows.slice(0, -3).every(({ Status, Migration }) => Status === 'ok' && Migration === 'not_moved'),
    ).toBe(true)
  })

  it('get no call except the probe', () => {
    const calls = line.simulator.log.filter(({ tenantId }) =>
      line.simulator.world.tenants.slice(0, 3).some(({ id }) => id === tenantId),
    )
    expect(calls.map(({ operation }) => operation)).toEqual(Array(3).fill('MigrationProbe'))
  })

  it('are in status.json', async () => {
    expect(JSON.parse(await line.object('status.json'))).toMatchObject({
      tenants: { total: 23, byStatus: { ok: 20, moved: 3 } },
      sources: [
        {
          run: {
            result: 'complete',
            message: expect.stringMatching(/3 tenants moved to Sophos Fusion and have no counts/),
          },
          migration: { notMoved: 20, moved: 3, notChecked: 0 },
          fusion: { guard: 'on', counts: 'off' },
        },
      ],
    })
  })
})

describe('FUSION_COUNTS=auto', () => {
  it("publishes Fusion's counts of moved tenants", async () => {
    const env = { REFRESH_INTERVAL: '24h', FUSION_COUNTS: 'auto' }
    const line = await startLine({ simulator, env })
    try {
      await line.invoke()
      const rows = (await line.rows()).filter(({ Method }) => Method === 'fusion')
      expect(rows).toHaveLength(3)
      for (const row of rows) {
        const { total, bySeverity } = line.simulator.world.counts(row.ID ?? '', now - 24 * hourMs, now)
        expect(row).toMatchObject({
          Status: 'ok',
          Detections_Total: String(total),
          Detections_High: String(bySeverity.high),
          Detections_Info: String(bySeverity.info),
        })
      }
    } finally {
      await line.close()
    }
  })
})
