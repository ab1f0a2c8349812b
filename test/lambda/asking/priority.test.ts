import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cycleMs, inOrderOfNeed, weight } from '../../../lambda/asking/priority.ts'
import { hourMs } from '../../../lambda/sophos/detections.ts'
import { isListDue } from '../../../lambda/tenants/list-due.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const hot = { counts: countsOf(bySeverity(1)) }
const calm = { counts: countsOf(bySeverity(0, 0, 9)) }
const ids = (tenants: readonly Tenant[]) => inOrderOfNeed(tenants, 1_000).map(({ id }) => id)

describe('who is asked next', () => {
  it('is who was never asked, then who waits longest, then as listed', () => {
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

  it('is who had critical or high detections lately, after half the cycle', () => {
    const order = (calmAgo: number, hotAgo: number) =>
      ids([
        tenantOf('calm', { ...calm, triedAt: at - calmAgo }),
        tenantOf('hot', { ...hot, triedAt: at - hotAgo }),
      ])
    expect(order(1_000, 501)).toEqual(['hot', 'calm'])
    expect(order(1_000, 499)).toEqual(['calm', 'hot'])
  })

  it.each([
    [
      'a high detection of two hours ago',
      { startsAt: at - 2 * hourMs, total: 1, bySeverity: bySeverity(0, 1) },
      2,
    ],
    [
      'a critical one of five hours ago',
      { startsAt: at - 5 * hourMs, total: 1, bySeverity: bySeverity(1) },
      1,
    ],
    ['severities that are not known', { startsAt: at - hourMs, total: 1, bySeverity: undefined }, 1],
  ])('weighs %s', (_, hour, expected) => {
    expect(weight(tenantOf('a', { counts: { ...countsOf(bySeverity(0)), hours: [hour] } }))).toBe(expected)
  })

  it('asks half as often who refuses anyway', () => {
    expect([
      weight(tenantOf('a', { status: 'forbidden' })),
      weight(tenantOf('a', { status: 'not_found' })),
    ]).toEqual([0.5, 0.5])
  })

  it('lets nobody starve: each waits a cycle by its weight, and then at most for everybody else once', () => {
    const kinds = fc.constantFrom(hot, calm, { status: 'forbidden' as const })
    const wholeRounds = (ms: number) => Math.ceil(ms / 1_000) * 1_000
    fc.assert(
      fc.property(
        fc.array(kinds, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (estate, calls) => {
          let tenants = estate.map((kind, i) => tenantOf(String(i), { ...kind, triedAt: 0 }))
          const everybodyOnce = wholeRounds((tenants.length / calls) * 1_000)
          const cycle = cycleMs(tenants, [{ text: '', limit: calls, periodMs: 1_000 }], 1_000)
          // One round a second, `calls` tenants each.
          for (let now = 1_000; now <= 200_000; now += 1_000) {
            const round = new Set(
              inOrderOfNeed(tenants, cycle)
                .slice(0, calls)
                .map(({ id }) => id),
            )
            for (const tenant of tenants) {
              expect(now - (tenant.triedAt ?? 0)).toBeLessThanOrEqual(
                wholeRounds(cycle / weight(tenant)) + everybodyOnce,
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

describe('the list', () => {
  const due = (more: Partial<Parameters<typeof isListDue>[0]>) =>
    isListDue({ listedAt: at - 900_000, tenants: 400, now: at, trigger: 'schedule', callsLeft: 300, ...more })

  it.each([
    ['there is none', { listedAt: undefined }, true],
    ['it is empty', { tenants: 0 }, true],
    ['somebody asks for fresh figures', { trigger: 'manual' }, true],
    ['it is an hour old', { listedAt: at - hourMs }, true],
    ['the budget reaches for all tenants anyway', { callsLeft: 406 }, true],
    ['its calls would be missing for tenants', { callsLeft: 405 }, false],
    ['it is not an hour old', { listedAt: at - hourMs + 1 }, false],
    ['there is no room for half of it', { listedAt: at - hourMs, callsLeft: 5 }, false],
    ['there is no room for it, though somebody asks', { trigger: 'manual', callsLeft: 5 }, false],
  ] as const)('is asked for where %s: %s', (_, more, expected) => {
    expect(due(more)).toBe(expected)
  })
})
