import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { mergeOutcome } from '../../../lambda/datasets/detections/merge.ts'
import { asMoved, withMoves } from '../../../lambda/fusion/guard/as-moved.ts'
import { dueForProbe, probesInRun } from '../../../lambda/fusion/guard/probes-due.ts'
import { readMoved, rememberMoved } from '../../../lambda/fusion/guard/register.ts'
import { mergeSources } from '../../../lambda/publish/rows.ts'
import { mergeList } from '../../../lambda/tenants/merge.ts'
import {
  countMigrations,
  type Migration,
  migrationStates,
  notChecked,
} from '../../../lambda/tenants/migration.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { memoryStore } from '../../memory-store.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const moved: Migration = { state: 'moved', checkedAt: at - 1 }
const notMoved = (checkedAt: number): Migration => ({ state: 'not_moved', checkedAt })
const fusion = (counts: 'off' | 'auto', guard = true) => ({ guard, counts })
const collected = (id: string, more: Partial<Tenant> = {}) =>
  tenantOf(id, {
    counts: countsOf(bySeverity(3)),
    news: { since: at - 1, total: 1, bySeverity: bySeverity(1) },
    ...more,
  })

describe('a tenant that moved', () => {
  it.each(['off', 'auto'] as const)('keeps no count of before, with FUSION_COUNTS=%s', counts => {
    const tenant = asMoved(collected('a'), at, counts)
    expect(tenant).toMatchObject({
      counts: undefined,
      news: undefined,
      migration: { state: 'moved', checkedAt: at },
    })
    expect(tenant.status).toBe(counts === 'off' ? 'moved' : 'pending')
    expect(tenant.reason).toMatch(/moved to Sophos Fusion/)
  })

  it('says what to do while its counts are not asked for', () => {
    expect(asMoved(collected('a'), at, 'off').reason).toMatch(
      /Look into Sophos Fusion, or set FUSION_COUNTS=auto\.$/,
    )
  })

  it("merges no count but Fusion's, whichever way it came", () => {
    const tenant = asMoved(collected('a'), at, 'auto')
    expect(mergeOutcome(tenant, { at, status: 'ok', counts: countsOf(bySeverity(9)) })).toBe(tenant)
    const counts = { ...countsOf(bySeverity(1)), method: 'fusion' as const }
    expect(mergeOutcome(tenant, { at, status: 'ok', counts })).toMatchObject({ status: 'ok', counts })
  })

  it('stays so, when it was found out for the first time, through lists, states and probes', () => {
    const known = asMoved(tenantOf('a'), at, 'off')
    const { name, region, apiHost } = known
    const list = { tenants: ['a', 'b'].map(id => ({ id, name, region, apiHost })), isComplete: true }
    const [first] = mergeList(list, [known], at)
    expect(first?.migration).toEqual({ state: 'moved', checkedAt: at })
    expect(asMoved(known, at + 9, 'off').migration).toEqual({ state: 'moved', checkedAt: at })
    expect(dueForProbe([known, tenantOf('b')], 9).map(({ id }) => id)).toEqual(['b'])
  })

  it('is known again when it comes back to the list, or the state was lost', () => {
    const [first, second] = withMoves([collected('a'), collected('b')], new Map([['a', at]]), fusion('off'))
    expect(first).toMatchObject({ status: 'moved', counts: undefined })
    expect(second?.counts?.total).toBe(3)
  })

  it('has its Fusion counts until they are switched off, and is asked anew when they are switched on', () => {
    const counts = { ...countsOf(bySeverity(1)), method: 'fusion' as const }
    const known = tenantOf('a', { migration: moved, counts, status: 'failed', reason: 'No.' })
    expect(withMoves([known], new Map(), fusion('auto'))).toEqual([known])
    const [off] = withMoves([known], new Map(), fusion('off'))
    expect(off).toMatchObject({ status: 'moved', counts: undefined, migration: moved })
    expect(withMoves(off ? [off] : [], new Map(), fusion('auto'))).toMatchObject([
      { status: 'pending', triedAt: undefined, migration: moved },
    ])
  })

  it('is one like any other while the guard is off, because what the guard knows may be mistaken', () => {
    const known = asMoved(tenantOf('a'), at, 'off')
    const both = [known, collected('b', { migration: notMoved(at) })]
    expect(withMoves(both, new Map([['b', at]]), fusion('off', false))).toMatchObject([
      { status: 'pending', triedAt: undefined, migration: notChecked },
      { status: 'ok', counts: { total: 3 }, migration: notChecked },
    ])
  })

  it('has one row without counts where another credential does not know of the move', () => {
    const one = {
      source: 'one',
      state: { tenants: [collected('a', { counts: countsOf(bySeverity(9), at + 9) })] },
    }
    const two = { source: 'two', state: { tenants: [asMoved(collected('a'), at, 'off')] } }
    for (const states of [
      [one, two],
      [two, one],
    ])
      expect(mergeSources(detections, states)).toMatchObject([
        { source: 'two', status: 'moved', counts: undefined },
      ])
  })

  it('stands first among the rows without counts', () => {
    const tenants = [
      tenantOf('A', { status: 'forbidden' }),
      asMoved(tenantOf('Z'), at, 'off'),
      collected('zero', { counts: countsOf(bySeverity(0)) }),
    ]
    expect(mergeSources(detections, [{ source: 'one', state: { tenants } }]).map(({ id }) => id)).toEqual([
      'zero',
      'Z',
      'A',
    ])
  })
})

describe('the turn of a probe', () => {
  it('comes to tenants that were never checked, then to those checked longest ago, whatever the check found', () => {
    const tenants = [
      tenantOf('new', { migration: notMoved(at) }),
      tenantOf('failed', { migration: { state: 'not_checked', checkedAt: at - 5 } }),
      tenantOf('never'),
      tenantOf('old', { migration: notMoved(at - 9) }),
      tenantOf('gone', { migration: moved }),
    ]
    expect(dueForProbe(tenants, 3).map(({ id }) => id)).toEqual(['never', 'old', 'failed'])
  })

  const usual = { room: 1_000, refreshIntervalMs: 900_000, sinceLastMs: 900_000, msPerCall: 3_600 }
  it.each([
    [{ unmoved: 230, tenants: 230 }, 10],
    [{ unmoved: 1, tenants: 1 }, 1],
    [{ unmoved: 0, tenants: 5 }, 0],
    [{ unmoved: 100, tenants: 230 }, 10],
    // Runs are rare: a day is the longest that a round may take.
    [{ unmoved: 230, tenants: 230, refreshIntervalMs: 6 * 3_600_000 }, 58],
    [{ unmoved: 230, tenants: 230, refreshIntervalMs: 48 * 3_600_000 }, 230],
    // The budget does not reach for all counts: a 25th of it, and no more.
    [{ unmoved: 1_000, tenants: 1_000, room: 250 }, 10],
    [{ unmoved: 1_000, tenants: 1_000, room: 1_020 }, 40],
    // Too small for one in 25: one at times.
    [{ unmoved: 100, tenants: 100, room: 10, sinceLastMs: 80_000 }, 0],
    [{ unmoved: 100, tenants: 100, room: 10, sinceLastMs: 90_000 }, 1],
    [{ unmoved: 100, tenants: 100, room: 0, sinceLastMs: Number.POSITIVE_INFINITY }, 0],
  ])('of %o: %i in a run', (some, probes) => {
    expect(probesInRun({ ...usual, ...some })).toBe(probes)
  })

  it('takes every tenant in 24 runs, however many there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), count => {
        let tenants = Array.from({ length: count }, (_, i) => tenantOf(`${i}`))
        for (let run = 1; run <= 24; run++) {
          const probes = probesInRun({ ...usual, unmoved: count, tenants: count })
          const due = new Set(dueForProbe(tenants, probes))
          tenants = tenants.map(tenant =>
            due.has(tenant) ? { ...tenant, migration: notMoved(run) } : tenant,
          )
        }
        expect(countMigrations(tenants)).toEqual({ notMoved: count, moved: 0, notChecked: 0 })
      }),
      { numRuns: 40 },
    )
  })
})

describe('the register of moved tenants', () => {
  const lines: string[] = []
  const log = { debug() {}, info() {}, warn() {}, error: (fact: string) => lines.push(fact) }

  it('only ever grows, and keeps the first time', async () => {
    const ids = fc.dictionary(fc.constantFrom(...'abcdef', '__proto__'), fc.nat(), { noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(fc.array(ids, { maxLength: 6 }), async additions => {
        const store = memoryStore()
        const expected = new Map<string, number>()
        for (const addition of additions) {
          await rememberMoved(store, new Map(Object.entries(addition)), log)
          for (const [id, when] of Object.entries(addition)) if (!expected.has(id)) expected.set(id, when)
        }
        await expect(readMoved(store, log)).resolves.toEqual(expected)
      }),
    )
  })

  it('loses nothing where two sources add to it at the same time', async () => {
    const store = memoryStore()
    await Promise.all(['a', 'b', 'c'].map(id => rememberMoved(store, new Map([[id, at]]), log)))
    expect([...(await readMoved(store, log)).keys()].sort()).toEqual(['a', 'b', 'c'])
  })

  it('that cannot be read is set aside, and begun anew with the next', async () => {
    const store = memoryStore()
    const broken = { body: '{"moved":', contentType: 'application/json', cacheControl: 'no-store' }
    await store.write('state/moved.json', broken)
    await expect(readMoved(store, log)).resolves.toEqual(new Map())
    expect(store.text('state/unreadable/moved.json')).toBe('{"moved":')
    await rememberMoved(store, new Map([['a', at]]), log)
    await expect(readMoved(store, log)).resolves.toEqual(new Map([['a', at]]))
    expect(lines.length).toBeGreaterThan(0)
  })

  it('knows the states by name', () => {
    expect(migrationStates).toEqual(['not_checked', 'not_moved', 'moved'])
  })
})
