import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeOutcome } from '../../../lambda/datasets/detections/merge.ts'
import { activeAmong, healthOf } from '../../../lambda/run/health.ts'
import { statuses, type Tenant } from '../../../lambda/tenants/tenant.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const hourMs = 3_600_000
const cycle = hourMs
const old = (hours: number) => ({ counts: countsOf(bySeverity(0), at - hours * hourMs) })
const listed = (hours: number) => ({ listedSince: at - hours * hourMs })

/** Ten tenants with fresh figures, and this one. */
function healthWith(tenant: Partial<Tenant>) {
  const others = Array.from({ length: 10 }, (_, n) => tenantOf(`fresh-${n}`, old(0)))
  const { active, withoutFresh, withoutAnyForADay, oldestMs } = healthOf(
    [...others, tenantOf('it', tenant)],
    cycle,
    at,
  )
  return [active, withoutFresh, withoutAnyForADay, oldestMs / hourMs]
}

describe('the health of a source', () => {
  it.each<[string, Partial<Tenant>, number[]]>([
    ['has figures of three cycles', { status: 'ok', ...old(3) }, [11, 0, 0, 3]],
    ['has older ones, and waits for its turn', { status: 'ok', ...old(4) }, [11, 1, 0, 4]],
    ['fails, and has fresh ones', { status: 'failed', ...old(2) }, [11, 0, 0, 2]],
    ['fails for long', { status: 'failed', ...old(25) }, [11, 1, 1, 25]],
    ['is throttled for long', { status: 'throttled', ...old(4) }, [11, 1, 0, 4]],
    ['is new', { status: 'pending', ...listed(1) }, [11, 0, 0, 1]],
    ['waits for its first turn', { status: 'pending', ...listed(5) }, [11, 0, 0, 5]],
    ['was never asked since yesterday', { status: 'pending', ...listed(25) }, [11, 1, 1, 25]],
    ['never had figures, and fails', { status: 'failed', ...listed(5) }, [11, 1, 0, 5]],
    ['has no licence', { status: 'forbidden', ...listed(500), refusedAt: at }, [10, 0, 0, 0]],
    ['lost its licence long ago', { status: 'forbidden', ...old(500), refusedAt: at }, [10, 0, 0, 0]],
    ['had figures today, and is refused', { status: 'forbidden', ...old(20), refusedAt: at }, [11, 1, 0, 20]],
    ['had figures today, and is not found', { status: 'not_found', ...old(4), refusedAt: at }, [11, 1, 0, 4]],
    ['had figures today, and lost its host', { status: 'inactive', ...old(4), refusedAt: at }, [11, 1, 0, 4]],
    ['has no host', { status: 'inactive', ...listed(500), refusedAt: at }, [10, 0, 0, 0]],
    ['moved', { status: 'moved', ...listed(500) }, [10, 0, 0, 0]],
    [
      'has no licence, was left alone for a day, and failed in a blip',
      { status: 'failed', ...listed(500), refusedAt: at - 25 * hourMs },
      [11, 0, 0, 1],
    ],
    ['is from the state of an earlier version', { status: 'failed' }, [11, 0, 0, 0]],
  ])('counts a tenant that %s', (_, tenant, expected) => {
    expect(healthWith(tenant)).toEqual(expected)
  })

  it('gives a day, or three cycles where these are longer, before a tenant is without figures for long', () => {
    const tenants = [tenantOf('a', { status: 'failed', ...old(40) })]
    expect(healthOf(tenants, 12 * hourMs, at)).toMatchObject({ withoutFresh: 1, withoutAnyForADay: 1 })
    expect(healthOf(tenants, 24 * hourMs, at)).toMatchObject({ withoutFresh: 0, withoutAnyForADay: 0 })
  })

  it('stays bad where all are refused that used to answer, however long that lasts', () => {
    const tenants = Array.from({ length: 10 }, (_, n) =>
      tenantOf(`${n}`, { status: 'forbidden', ...old(500 + n), refusedAt: at }),
    )
    expect(healthOf(tenants, cycle, at)).toMatchObject({
      active: 10,
      withoutFresh: 10,
      withoutAnyForADay: 10,
    })
  })

  it('counts every tenant that fails, and none twice, whatever the estate', () => {
    const tenant = fc
      .record({
        status: fc.constantFrom(...statuses),
        hours: fc.option(fc.integer({ min: 0, max: 100 })),
        refused: fc.option(fc.integer({ min: 0, max: 100 })),
      })
      .map(({ status, hours, refused }) => ({
        status,
        ...listed(200),
        ...(hours !== null && old(hours)),
        ...(refused !== null && { refusedAt: at - refused * hourMs }),
      }))
    fc.assert(
      fc.property(fc.array(tenant, { maxLength: 12 }), given => {
        const tenants = given.map((one, n) => tenantOf(`${n}`, one))
        const isActive = activeAmong(tenants, cycle)
        const health = healthOf(tenants, cycle, at)
        expect(health.active).toBe(tenants.filter(isActive).length)
        expect(health.withoutAnyForADay).toBeLessThanOrEqual(health.withoutFresh)
        expect(health.withoutFresh).toBeLessThanOrEqual(health.active)
        const failing = tenants.filter(({ status }) => status === 'failed' || status === 'throttled')
        expect(failing.every(isActive)).toBe(true)
      }),
    )
  })
})

describe('a refusal', () => {
  it('is remembered with its time, and a failure after it does not wipe that out', () => {
    const refused = mergeOutcome(tenantOf('a'), { status: 'forbidden', at: at + 1, reason: 'no licence' })
    const failed = mergeOutcome(refused, { status: 'failed', at: at + 2, reason: 'no answer' })
    expect([refused.refusedAt, failed.refusedAt, failed.triedAt]).toEqual([at + 1, at + 1, at + 2])
  })
})

describe('the oldest figures on quiet days', () => {
  it.each([
    ['5m', 20, '10/s 100/m 1000/h', 20],
    ['15m', 130, '10/s 40/m 100/h', 40],
    ['5m', 230, '10/s 40/m 100/h', 50],
    ['2h', 230, '10/s 40/m 100/h', 14],
  ])(
    'on a schedule of %s with %i tenants under %s stay fresh, and under two and a half planned cycles, however many runs one takes',
    async (refreshInterval, tenants, rateLimits, runs) => {
      const installation = virtualInstallation({
        simulator: {
          tenants: Array.from({ length: tenants }, () => ({ access: 'ok' as const })),
          rateLimits,
        },
        refreshInterval,
      })
      const intervalMs =
        Number.parseInt(refreshInterval, 10) * (refreshInterval.endsWith('h') ? hourMs : 60_000)
      let highest = 0
      for (let i = 0; i < runs; i++) {
        const startedAt = installation.clock.now()
        const outcome = await installation.run({ remainingMs: Math.min(870_000, intervalMs - 30_000) })
        if (!('report' in outcome)) throw new Error('the lease was taken')
        const { oldestMs = 0, cycleMs = 1, withoutFresh } = outcome.report.health ?? {}
        highest = Math.max(highest, oldestMs / cycleMs)
        expect(withoutFresh).toBe(0)
        await installation.pass(startedAt + intervalMs - installation.clock.now())
      }
      expect(highest).toBeGreaterThan(0)
      // The quietest tenants wait two cycles, and lists, probes and tokens take calls as well.
      expect(highest).toBeLessThan(2.5)
    },
  )
})
