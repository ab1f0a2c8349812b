import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../../lambda/state/run-report.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const specs = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    access: 'ok' as const,
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  }))
const outage = { kind: 'status', status: 503, body: { message: 'An outage' } } as const

const reportOf = (outcome: unknown) => (outcome as RunOutcome).report

describe('a list that cannot be read', () => {
  it.each(['whoami', 'partnerTenants'])(
    'for hours, by a fault of %s, stops no figures; after six hours its runs count as failed, until it can be read again',
    async endpoint => {
      const installation = virtualInstallation({ simulator: { tenants: specs(20), rateLimits: '100/s' } })
      const { clock, sophos } = installation
      await installation.run()
      const listedAt = clock.now()
      const remove = sophos.faults.add({ ...outage, endpoint })
      while (clock.now() - listedAt < 8 * hourMs) {
        await installation.pass(15 * minuteMs)
        const startedAt = clock.now()
        const calls = sophos.received.length
        const report = reportOf(await installation.run())
        expect(report.result).toBe(startedAt - listedAt < 6 * hourMs - minuteMs ? 'complete' : 'failed')
        expect(report.message).toMatch(
          /^Collected 20 of 20 tenants.*The list of tenants could not be read since 2026-11-22T10:00:0\S+Z: Sophos did not .*Sophos answered 503, "An outage"\. This run went on with the tenants known from then\./,
        )
        // The page shows the numbers in the reader's language, and beside them this.
        expect(report.remark).toMatch(/^The list of tenants could not be read since/)
        const isFailed = report.result === 'failed'
        expect(report.message.endsWith('It counts as failed, as that list is more than 6 hours old.')).toBe(
          isFailed,
        )
        // Token, 20 tenants and their checks for moves, and at most two tries of a step of the list.
        expect(sophos.received.length - calls).toBeLessThanOrEqual(1 + 40 + 3)
        for (const { Status, Collected_At = '' } of installation.rows()) {
          expect(Status).toBe('ok')
          expect(Date.parse(Collected_At)).toBeGreaterThanOrEqual(startedAt)
        }
      }
      remove()
      await installation.pass(15 * minuteMs)
      expect(reportOf(await installation.run())).toMatchObject({
        result: 'complete',
        message: expect.not.stringMatching(/list/),
      })
    },
  )

  it('on the first run fails it at once', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(20), rateLimits: '100/s' } })
    installation.sophos.faults.add({ ...outage, endpoint: 'partnerTenants' })
    expect(reportOf(await installation.run())).toMatchObject({
      result: 'failed',
      message: expect.stringMatching(/^Sophos did not give the list of tenants.*There are no figures yet\.$/),
    })
  })

  it('because the token is refused leaves the rows as they are, and asks no tenant', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(20), rateLimits: '100/s' } })
    await installation.run()
    const before = installation.bucket.text('detections.csv')
    await installation.pass(15 * minuteMs)
    installation.sophos.faults.add({ kind: 'status', status: 401, endpoint: 'whoami' })
    const calls = installation.sophos.received.length
    expect(reportOf(await installation.run())).toMatchObject({ result: 'failed' })
    expect(installation.sophos.received.length - calls).toBeLessThan(6)
    expect(installation.bucket.text('detections.csv')).toBe(before)
  })

  it('because it takes the rest of the budget leaves the calls that there are to the tenants', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: specs(20), rateLimits: '10/s 30/h' },
      refreshInterval: '1h',
      env: { FUSION_GUARD: 'off' },
    })
    await installation.run()
    await installation.pass(70 * minuteMs)
    // The list costs more calls than planned, and brings nothing.
    installation.sophos.faults.add({ ...outage, endpoint: 'partnerTenants' })
    const report = reportOf(await installation.run())
    expect(report.counts).toMatchObject({ tenants: 20, collected: 20 })
    expect(report.message).toMatch(/could not be read since/)
  })
})

describe('a list that changes while it is read', () => {
  it('removes nobody; the next one does', async () => {
    const tenants = specs(150)
    const rateLimits = '50/s 200/h'
    const before = virtualInstallation({ simulator: { tenants, rateLimits }, env: { FUSION_GUARD: 'off' } })
    await before.run()
    await before.pass(hourMs)
    // The first tenant leaves between the two pages, so another one moves to the page that was read already.
    const after = virtualInstallation({
      simulator: { tenants: tenants.slice(1), rateLimits },
      env: { FUSION_GUARD: 'off' },
      clock: before.clock,
      bucket: before.bucket,
    })
    const items = tenants.slice(0, 100).map(({ id }) => ({ id, name: id }))
    const first = { items, pages: { size: 100, total: 2, items: 150 } }
    after.sophos.faults.add({
      endpoint: 'partnerTenants',
      kind: 'status',
      status: 200,
      body: first,
      times: 1,
    })
    await after.run()
    expect(after.rows()).toHaveLength(150)
    expect(after.rows().filter(({ ID }) => ID === tenants[100]?.id)).toMatchObject([{ Status: 'ok' }])
    await after.pass(60 * minuteMs)
    await after.run()
    expect(after.rows()).toHaveLength(149)
  })
})
