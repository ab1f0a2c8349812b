import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../lambda/asking/dataset.ts'
import { cycleMs, inOrderOfNeed, pairsOf } from '../../../lambda/asking/priority.ts'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { readSettings } from '../../../lambda/settings.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const hot = { counts: countsOf(bySeverity(1)) }
const calm = { counts: countsOf(bySeverity(0, 0, 9)) }
const settings = readSettings({ SOPHOS_SECRET_ARN: 'secret', DATA_BUCKET: 'data' })
const pairs = (tenants: readonly Tenant[], datasets: readonly Dataset[] = [detections]) =>
  pairsOf(tenants, datasets, settings)
const ids = (tenants: readonly Tenant[]) =>
  inOrderOfNeed(pairs(tenants), 1_000, at).map(({ tenant }) => tenant.id)

describe('the order of asking', () => {
  it('begins with tenants that were never asked, then those that wait longest, then as listed', () => {
    const tried = (id: string, ago: number | undefined) =>
      tenantOf(id, { ...calm, triedAt: ago === undefined ? ago : at - ago })
    expect(
      ids([
        tried('a', 100),
        tried('new-1', undefined),
        tried('b', 300),
        tried('c', 100),
        tried('new-2', undefined),
      ]),
    ).toEqual(['new-1', 'new-2', 'b', 'a', 'c'])
  })

  it('asks a tenant with four times the detections twice as often', () => {
    const quiet = { counts: countsOf(bySeverity(0, 0, 20)) }
    const busy = { counts: countsOf(bySeverity(0, 0, 80)) }
    const order = (quietAgo: number, busyAgo: number) =>
      ids([
        tenantOf('quiet', { ...quiet, triedAt: at - quietAgo }),
        tenantOf('busy', { ...busy, triedAt: at - busyAgo }),
      ])
    expect(order(1_000, 510)).toEqual(['busy', 'quiet'])
    expect(order(1_000, 490)).toEqual(['quiet', 'busy'])
  })

  it('lets no tenant starve: whatever the weights, each waits two cycles, and then at most for all others once', () => {
    const kinds = fc.oneof(
      fc.constantFrom(hot, calm, { status: 'failed' as const }),
      fc.nat({ max: 1_000_000 }).map(info => ({ counts: countsOf(bySeverity(0, 0, 0, 0, info)) })),
    )
    fc.assert(
      fc.property(
        fc.array(kinds, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (estate, calls) => {
          let tenants = estate.map((kind, i) => tenantOf(String(i), { ...kind, triedAt: 0 }))
          const cycle = cycleMs(pairs(tenants), [{ text: '', limit: calls, periodMs: 1_000 }], 1_000)
          // One round a second, `calls` tenants each.
          const allOnce = Math.ceil(tenants.length / calls) * 1_000
          const bound = 2 * cycle + allOnce + 1_000
          for (let now = 1_000; now <= 100_000; now += 1_000) {
            const round = new Set(
              inOrderOfNeed(pairs(tenants), cycle, now)
                .slice(0, calls)
                .map(({ tenant }) => tenant.id),
            )
            for (const tenant of tenants) expect(now - (tenant.triedAt ?? 0)).toBeLessThanOrEqual(bound)
            tenants = tenants.map(tenant => (round.has(tenant.id) ? { ...tenant, triedAt: now } : tenant))
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  describe('a tenant that is refused', () => {
    const day = 86_400_000
    const refused = (ago: number, answeredAgo?: number, status: 'forbidden' | 'not_found' = 'forbidden') =>
      tenantOf('refused', {
        ...{ status, triedAt: at - ago },
        counts: answeredAgo === undefined ? undefined : countsOf(bySeverity(0), at - ago - answeredAgo),
      })
    const isAsked = (tenant: Tenant, isManual = false) =>
      inOrderOfNeed(pairs([tenant]), 1_000, at, isManual).length === 1

    it.each(['forbidden', 'not_found'] as const)('as %s is asked once a day, not once a cycle', status => {
      expect([day - 1, day].map(ago => isAsked(refused(ago, undefined, status)))).toEqual([false, true])
      expect([day - 1, day].map(ago => isAsked(refused(ago, 30 * day, status)))).toEqual([false, true])
    })

    it('although it was answered within a day before is asked like all others: that may pass', () => {
      expect(isAsked(refused(1, day - 1))).toBe(true)
    })

    it('that was answered before a day is asked after a 24th of the time since: its rights may come back', () => {
      const twoHours = day / 12
      expect([twoHours - 1, twoHours].map(ago => isAsked(refused(ago, 2 * day)))).toEqual([false, true])
    })

    it('is asked, after all others, when a person asks for fresh figures', () => {
      expect(isAsked(refused(1), true)).toBe(true)
      const order = inOrderOfNeed(
        pairs([refused(5_000), tenantOf('ok', { triedAt: at - 1_000 })]),
        1_000,
        at,
        true,
      )
      expect(order.map(({ tenant }) => tenant.id)).toEqual(['ok', 'refused'])
    })

    it('takes hardly anything of the cycle of the others', () => {
      const windows = [{ text: '', limit: 1, periodMs: 1_000 }]
      const others = ['a', 'b'].map(id => tenantOf(id))
      expect(cycleMs(pairs([...others, refused(1)]), windows, 1_000)).toBeCloseTo(2_000, -1)
    })
  })
})

describe('a second dataset, with a period of its own', () => {
  const everyMs = 10_000
  const daily: Dataset = {
    ...{ ...detections, name: 'daily', calls: 2, everyMs, weight: () => 1 },
    triedAt: ({ others }) => (typeof others?.daily === 'number' ? others.daily : undefined),
  }
  const estate = (triedAt: number, dailyAt: number | undefined) =>
    [1, 2, 3].map(n => tenantOf(String(n), { ...calm, triedAt, others: { daily: dailyAt } }))
  const order = (tenants: readonly Tenant[], cycle: number) =>
    inOrderOfNeed(pairs(tenants, [detections, daily]), cycle, at).map(
      ({ tenant, dataset }) => `${dataset.name} ${tenant.id}`,
    )

  it('is asked when its period is over, and not before', () => {
    expect(order(estate(at - 1, at - everyMs), 1_000).filter(pair => pair.startsWith('daily'))).toHaveLength(
      3,
    )
    expect(order(estate(at - 1, at - everyMs + 1), 1_000).filter(pair => pair.startsWith('daily'))).toEqual(
      [],
    )
  })

  it('comes before the first where it waits longer than its period, and after it otherwise', () => {
    expect(order(estate(at - 1_000, at - everyMs - 500), 1_000)[0]).toBe('daily 1')
    expect(order(estate(at - 2_000, at - everyMs - 500), 1_000)[0]).toBe('detections 1')
  })

  it('is asked after the first where neither was ever asked', () => {
    const fresh = ['a', 'b'].map(id => tenantOf(id, { triedAt: undefined }))
    expect(order(fresh, 1_000)).toEqual(['detections a', 'detections b', 'daily a', 'daily b'])
  })

  it('lengthens the cycle of the first by its own calls, and to no more than twice', () => {
    const windows = (limit: number) => [{ text: '', limit, periodMs: 1_000 }]
    const both = pairs(estate(at, at), [detections, daily])
    const alone = pairs(estate(at, at))
    // 3 tenants at 1 call a second: 3 s alone. Of 10 s, the second takes 3 x 2 calls; more than half it may not.
    expect(cycleMs(alone, windows(1), 1)).toBe(3_000)
    expect(cycleMs(both, windows(1), 1)).toBe(6_000)
    expect(cycleMs(both, windows(6), 1)).toBeCloseTo(500 / 0.9, 6)
  })
})
