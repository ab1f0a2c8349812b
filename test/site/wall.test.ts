import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Source } from '../../site/data/parse-status.ts'
import { bySeverity, type Tenant } from '../../site/data/tenant.ts'
import { driftAt } from '../../site/wall/drift.ts'
import { nextDataAt } from '../../site/wall/next-data.ts'
import { isHeld, pageMs, pageOf, toggleHold, touch, turn, turnBy } from '../../site/wall/paging.ts'
import { makeReloader, reloadPause } from '../../site/wall/reload.ts'
import { biggestTroubleFirst, isToLookAt } from '../../site/wall/wall-order.ts'

const second = 1000
const minute = 60 * second
const now = Date.UTC(2026, 10, 22, 14, 5)

function tenant(name: string, critical: number | undefined, high = 0, part: Partial<Tenant> = {}): Tenant {
  const counts = { critical, high: critical === undefined ? undefined : high }
  return {
    key: name,
    id: name,
    name,
    counts: bySeverity(severity =>
      severity === 'critical' || severity === 'high'
        ? counts[severity]
        : critical === undefined
          ? undefined
          : 0,
    ),
    total: critical === undefined ? undefined : critical + high,
    status: 'ok',
    reason: '',
    collectedAt: now,
    region: undefined,
    source: undefined,
    method: 'counts',
    migration: undefined,
    news: undefined,
    hourly: undefined,
    hourlyBySeverity: undefined,
    ...part,
  }
}

const news = (total: number) => ({ bySeverity: bySeverity(() => 0), total, since: now })

describe('biggestTroubleFirst', () => {
  it('puts critical before high, then new, then failed, then moved tenants, then the rest', () => {
    const estate = [
      tenant('muted', 99),
      tenant('waiting', undefined, 0, { status: 'pending' }),
      tenant('calm', 0),
      tenant('busy', 0, 0, { total: 500 }),
      tenant('moved with old counts', 50, 50, { status: 'moved' }),
      tenant('refused', undefined, 0, { status: 'forbidden' }),
      tenant('new', 0, 0, { total: 3, news: news(3) }),
      tenant('one high', 0, 1),
      tenant('three high', 0, 3),
      tenant('one critical', 1),
      tenant('one critical, and high', 1, 2),
      tenant('failing, two critical then', 2, 0, { status: 'failed' }),
    ]
    expect(biggestTroubleFirst(estate, ({ name }) => name === 'muted').map(({ name }) => name)).toEqual([
      'failing, two critical then',
      'one critical, and high',
      'one critical',
      'three high',
      'one high',
      'new',
      'refused',
      'moved with old counts',
      'busy',
      'calm',
      'waiting',
      'muted',
    ])
  })

  it('loses no tenant and keeps ties in their order', () => {
    const estate = ['b', 'a', 'c'].map(name => tenant(name, 0))
    expect(biggestTroubleFirst(estate, () => false)).toEqual(estate)
  })
})

describe('isToLookAt', () => {
  it.each([
    ['critical ones', tenant('a', 1), true],
    ['high ones', tenant('a', 0, 1), true],
    ['new ones', tenant('a', 0, 0, { news: news(1) }), true],
    ['no answer', tenant('a', 0, 0, { status: 'failed' }), true],
    ['moved to Fusion', tenant('a', 0, 0, { status: 'moved' }), true],
    ['many, all of them old and low', tenant('a', 0, 0, { total: 500, news: news(0) }), false],
    ['no figures yet', tenant('a', undefined, 0, { status: 'pending' }), false],
  ])('is right for a tenant with %s', (_, one, expected) => {
    expect(isToLookAt(one, false)).toBe(expected)
    expect(isToLookAt(one, true)).toBe(false)
  })
})

describe('the pages', () => {
  const sizes = { rows: fc.integer({ min: 1, max: 40 }), count: fc.nat(400), pressing: fc.nat(400) }

  it('show every tenant, never more than fit, and the pressing ones on each', () => {
    fc.assert(
      fc.property(fc.record(sizes), ({ rows, count, pressing: some }) => {
        const pressing = Math.min(some, count)
        const items = Array.from({ length: count }, (_, i) => i)
        const { pages, pinned } = pageOf(items, { rows, pressing, page: 0 })
        const shown = new Set<number>()
        for (let page = 0; page < pages; page++) {
          const one = pageOf(items, { rows, pressing, page })
          expect(one.pinned).toEqual(pinned)
          expect(one.pinned.length + one.rest.length).toBeLessThanOrEqual(Math.max(rows, 1))
          for (const item of [...one.pinned, ...one.rest]) shown.add(item)
        }
        expect(shown.size).toBe(count)
        expect(pinned.every(item => item < pressing)).toBe(true)
      }),
    )
  })

  it('turn at a calm pace, round and round', () => {
    let turning = { page: 0, since: now, heldUntil: 0, touchedUntil: 0 }
    const seen: number[] = []
    for (let at = now; at <= now + 4 * pageMs; at += second) {
      turning = turn(turning, at, 3)
      if (seen.at(-1) !== turning.page) seen.push(turning.page)
    }
    expect(seen).toEqual([0, 1, 2, 0, 1])
  })

  it('are the same object between two turns, and while there is only one page', () => {
    const turning = { page: 0, since: now, heldUntil: 0, touchedUntil: 0 }
    expect(turn(turning, now + pageMs - 1, 3)).toBe(turning)
    expect(turn(turning, now + 100 * pageMs, 1)).toBe(turning)
  })

  it('go to an existing page if there are fewer now', () => {
    expect(turn({ page: 6, since: now, heldUntil: 0, touchedUntil: 0 }, now + 1, 3).page).toBe(0)
  })

  it('stop while the mouse moves, and continue when it stops', () => {
    const touched = touch({ page: 0, since: now, heldUntil: 0, touchedUntil: 0 }, now)
    expect(touch(touched, now + 10)).toBe(touched)
    expect(turn(touched, now + 20 * second, 3).page).toBe(0)
    expect(turn(touched, now + 30 * second, 3).page).toBe(1)
  })

  it('pause by hand, not forever, and continue by hand', () => {
    const held = toggleHold({ page: 1, since: now, heldUntil: 0, touchedUntil: 0 }, now)
    expect(turn(held, now + 9 * minute, 3).page).toBe(1)
    expect(turn(held, now + 10 * minute, 3).page).toBe(2)
    expect(turn(toggleHold(held, now + minute), now + minute + pageMs, 3).page).toBe(2)
  })

  it('turn by hand in both directions, past the end too', () => {
    const first = { page: 0, since: now, heldUntil: 0, touchedUntil: 0 }
    expect(turnBy(first, 1, now, 3).page).toBe(1)
    expect(turnBy(first, -1, now, 3).page).toBe(2)
    expect(turnBy(first, 1, now, 1).page).toBe(0)
  })

  it('do not hang when the clock is set back', () => {
    const ahead = { page: 0, since: now + 1e9, heldUntil: now + 1e9, touchedUntil: now + 1e9 }
    expect(isHeld(ahead, now)).toBe(false)
    expect(turn(turn(ahead, now, 3), now + pageMs, 3).page).toBe(1)
  })
})

describe('driftAt', () => {
  it('moves the picture every few minutes by one unit at most, and returns', () => {
    const round = Array.from({ length: 9 }, (_, i) => driftAt(i * 3 * minute))
    expect(round[8]).toEqual(round[0])
    expect(new Set(round.map(String)).size).toBe(8)
    for (const [x, y] of round) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1)
    expect(driftAt(-1)).toEqual(driftAt(0))
  })
})

describe('nextDataAt', () => {
  const source = (part: Partial<Source>): Source => ({
    name: 'default',
    startedAt: undefined,
    endedAt: undefined,
    result: 'complete',
    message: undefined,
    counts: new Map(),
    remark: undefined,
    nextRunAt: undefined,
    budget: [],
    ...part,
  })

  it('is the start of the next run plus the last duration, for the source that runs first', () => {
    expect(nextDataAt([])).toBeUndefined()
    expect(nextDataAt([source({})])).toBeUndefined()
    expect(nextDataAt([source({ nextRunAt: now })])).toBe(now)
    const took = { startedAt: now - 10 * minute, endedAt: now - 8 * minute }
    const other = source({ nextRunAt: now + 9 * minute })
    expect(nextDataAt([source({ nextRunAt: now + 5 * minute, ...took }), other])).toBe(now + 7 * minute)
  })
})

describe('makeReloader', () => {
  function tab(kept = new Map<string, string>(), answers = [true]) {
    const waits: number[] = []
    let reloads = 0
    const pending: (() => void)[] = []
    const reloader = makeReloader({
      shelf: {
        getItem: name => kept.get(name) ?? null,
        setItem: (name, value) => void kept.set(name, value),
        removeItem: name => void kept.delete(name),
      },
      serverAnswers: async () => answers.shift() ?? true,
      reload: () => {
        reloads += 1
      },
      wait: (callback, ms) => {
        waits.push(ms)
        pending.push(callback)
      },
    })
    const pass = async () => {
      pending.shift()?.()
      await new Promise(resolve => setImmediate(resolve))
    }
    return { reloader, waits, pass, reloads: () => reloads }
  }

  it('waits twice as long before each reload in a row, up to half an hour', async () => {
    const kept = new Map<string, string>()
    const pauses: number[] = []
    for (let i = 0; i < 9; i++) {
      const { reloader, waits, pass, reloads } = tab(kept)
      reloader.ask()
      reloader.ask()
      await pass()
      expect(reloads()).toBe(1)
      pauses.push(...waits)
    }
    expect(pauses.map(ms => ms / second)).toEqual([15, 30, 60, 120, 240, 480, 960, 1800, 1800])
  })

  it('does not reload while the server does not answer', async () => {
    const { reloader, pass, reloads } = tab(new Map(), [false, false, true])
    reloader.ask()
    await pass()
    await pass()
    expect(reloads()).toBe(0)
    await pass()
    expect(reloads()).toBe(1)
  })

  it('forgets its reloads after a long time without errors, and not while one is planned', async () => {
    const kept = new Map([['sophos-detections:reloads', '5']])
    const first = tab(kept)
    first.reloader.ask()
    first.reloader.well()
    expect(first.waits).toEqual([480 * second])
    expect(kept.get('sophos-detections:reloads')).toBe('5')
    tab(kept).reloader.well()
    expect(kept.size).toBe(0)
  })

  it('uses the longest wait if it cannot store anything', () => {
    const refuse = () => {
      throw new Error('no')
    }
    const waits: number[] = []
    const reloader = makeReloader({
      shelf: { getItem: refuse, setItem: refuse, removeItem: refuse },
      serverAnswers: async () => true,
      reload: () => {},
      wait: (_, ms) => waits.push(ms),
    })
    reloader.ask()
    reloader.well()
    expect(waits).toEqual([reloadPause(10)])
  })
})
