import { describe, expect, it } from 'vitest'
import { virtualInstallation } from '../../virtual-installation.ts'

const open = () =>
  virtualInstallation({
    simulator: { tenants: [{ access: 'ok' }, { access: 'ok' }], rateLimits: '10/s 100/m' },
  })

type Published = {
  sources: { budget: { window: string; limit: number; left: number }[]; pace: unknown; health: unknown }[]
}

describe('what a run publishes of its budget', () => {
  it('tells pace and limit apart: after a 429 half of each limit is used, and what is left is left of the whole', async () => {
    const { run, status, sophos } = open()
    sophos.faults.add({ endpoint: 'counts', kind: 'status', status: 429, times: 1 })
    await run()
    const [source] = (status() as Published).sources
    expect(source?.pace).toEqual({ share: 0.5 })
    const minute = source?.budget.find(({ window }) => window === '100/m')
    expect(minute).toMatchObject({ limit: 100, left: 100 - sophos.received.length })
  })

  it('says until when no call is made, if Sophos asked for a pause', async () => {
    const { run, status, sophos, clock } = open()
    const headers = { 'retry-after': '600' }
    sophos.faults.add({ endpoint: 'counts', kind: 'status', status: 429, headers })
    await run()
    const [source] = (status() as Published).sources
    expect(source?.pace).toEqual({ share: 0.5, pausedUntil: expect.stringMatching(/^2026-11-22T10:1\d:/) })
    expect(clock.now()).toBeLessThan(Date.UTC(2026, 10, 22, 10, 5))
  })

  it('uses the whole of each limit otherwise, and has fresh figures of all tenants', async () => {
    const { run, status } = open()
    await run()
    expect((status() as Published).sources).toMatchObject([
      { pace: { share: 1 }, health: { active: 2, withoutFresh: 0, withoutAnyForADay: 0, cycleMs: 900_000 } },
    ])
  })
})
