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

  it('puts a tenant with recent critical or high detections first, after half the cycle', () => {
    const order = (calmAgo: number, hotAgo: number) =>
      ids([
        tenantOf('calm', { ...calm, triedAt: at - calmAgo }),
        tenantOf('hot', { ...hot, triedAt: at - hotAgo }),
      ])
    expect(order(1_000, 501)).toEqual(['hot', 'calm'])
    expect(order(1_000, 499)).toEqual(['calm', 'hot'])
  })

  it('lets no tenant starve: each waits a cycle by its weight, and then at most for all others once', () => {
    const kinds = fc.constantFrom(hot, calm, { status: 'forbidden' as const })
    const wholeRounds = (ms: number) => Math.ceil(ms / 1_000) * 1_000
    fc.assert(
      fc.property(
        fc.array(kinds, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (estate, calls) => {
          let tenants = estate.map((kind, i) => tenantOf(String(i), { ...kind, triedAt: 0 }))
          const allOnce = wholeRounds((tenants.length / calls) * 1_000)
          const cycle = cycleMs(pairs(tenants), [{ text: '', limit: calls, periodMs: 1_000 }], 1_000)
          // One round a second, `calls` tenants each.
          for (let now = 1_000; now <= 200_000; now += 1_000) {
            const round = new Set(
              inOrderOfNeed(pairs(tenants), cycle, now)
                .slice(0, calls)
                .map(({ tenant }) => tenant.id),
            )
            for (const tenant of tenants) {
              expect(now - (tenant.triedAt ?? 0)).toBeLessThanOrEqual(
                wholeRounds(cycle / detections.weight(tenant)) + allOnce,
              )
            }
            tenants = tenants.map(tenant => (round.has(tenant.id) ? { ...tenant, triedAt: now } : tenant))
          }
        },
      ),
      { numRuns: 50 },
    )
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
