import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Severity, severities, type Tenant } from '../../../site/data/tenant.ts'
import { markSeen, type Seen, unseen, unseenSince } from '../../../site/triage/seen.ts'
import { loadSeen, saveSeen, storageOf } from '../../../site/triage/seen-storage.ts'
import { hoursOf, makeTenant, nothing, quiet, withHours } from '../tenant.ts'

const hour = 3_600_000
const ten = Date.UTC(2026, 10, 22, 10, 20)

/** Returns a tenant with these critical hours, collected this many hours after ten. */
const at = (hours: number, critical: readonly number[], part: Partial<Tenant> = {}) =>
  withHours({ critical }, { collectedAt: ten + hours * hour, ...part })
const seenOf = (...tenants: Tenant[]) => markSeen(tenants, ten)
const critical = (tenant: Tenant, seen: Seen | undefined) => unseen(tenant, seen)?.bySeverity.critical

describe('what is unseen', () => {
  it('is nothing right after the reader marked all as seen', () => {
    const tenant = at(0, hoursOf(0, 4, 2))
    expect(unseen(tenant, seenOf(tenant))).toEqual({ bySeverity: quiet, total: 0 })
  })

  it('is the growth of the running hour, and all of the later hours', () => {
    const seen = seenOf(at(0, hoursOf(0, 5, 2)))
    expect(critical(at(0.5, hoursOf(0, 5, 3)), seen)).toBe(1)
    expect(critical(at(2, hoursOf(0, 5, 3, 4, 1)), seen)).toBe(6)
  })

  it('is not hidden when as many detections leave the 24 hours', () => {
    const before = [7, ...hoursOf(0).slice(1)]
    expect(critical(at(1, hoursOf(0, 7)), seenOf(at(0, before)))).toBe(7)
  })

  it('is everything after a day', () => {
    expect(critical(at(24, hoursOf(1)), seenOf(at(0, hoursOf(9))))).toBe(24)
  })

  it('is everything of a tenant that was missing, empty or failing then', () => {
    const seen = seenOf(
      makeTenant({ key: 'quiet', collectedAt: ten }),
      makeTenant({ key: 'locked', counts: nothing }),
    )
    for (const key of ['quiet', 'locked', 'stranger'])
      expect(critical(at(1, hoursOf(1), { key }), seen)).toBe(24)
  })

  it.each([
    ['nothing was ever marked', at(1, hoursOf(1)), undefined],
    ['the severities are unknown', makeTenant({ counts: nothing, collectedAt: ten }), seenOf()],
    ['the counts have no time', withHours({ critical: hoursOf(1) }), seenOf()],
    [
      'the hours are unknown now',
      makeTenant({ counts: { ...quiet, low: 1 }, collectedAt: ten + 1, method: 'counts' }),
      seenOf(at(0, hoursOf(1), { key: 'k' })),
    ],
    [
      'the hours were unknown then',
      at(1, hoursOf(1)),
      seenOf(makeTenant({ counts: { ...quiet, low: 1 }, collectedAt: ten, method: 'counts' })),
    ],
    ['the counts came another way', at(1, hoursOf(1), { method: 'fusion' }), seenOf(at(0, hoursOf(1)))],
    ['the counts are older than then', at(-1, hoursOf(1)), seenOf(at(0, hoursOf(1)))],
    [
      'the hours do not add up',
      at(1, hoursOf(1), { counts: { ...quiet, critical: 99 } }),
      seenOf(at(0, hoursOf(1))),
    ],
  ])('is unknown if %s', (_, tenant, seen) => {
    expect(unseen(tenant, seen)).toBeUndefined()
  })

  it('is computed once per tenant', () => {
    const tenant = at(1, hoursOf(1))
    const of = unseenSince(seenOf(at(0, hoursOf(1))))
    expect(of(tenant)).toBe(of(tenant))
  })

  const hours = fc.array(fc.nat(40), { minLength: 24, maxLength: 24 })

  it('is the sum of each hour’s growth, for any hours and any time between', () => {
    fc.assert(
      fc.property(hours, hours, fc.integer({ min: 0, max: 30 }), (before, now, later) => {
        const grown = now.map((count, i) => Math.max(0, count - (before[i + later] ?? 0)))
        const found = critical(at(later + 0.1, now), seenOf(at(0, before)))
        expect(found).toBe(grown.reduce((sum, count) => sum + count, 0))
      }),
    )
  })
})

describe('what the browser stores', () => {
  const memory = () => {
    const entries = new Map<string, string>()
    return {
      entries,
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => void entries.set(key, value),
    }
  }
  const anyHours = fc.dictionary(
    fc.constantFrom<Severity>(...severities),
    fc.array(fc.nat(999), { minLength: 24, maxLength: 24 }),
  )

  it('is the same after a reload', () => {
    fc.assert(
      fc.property(anyHours, anyHours, fc.string(), (before, now, key) => {
        const seen = seenOf(withHours(before, { key, collectedAt: ten, method: 'fu,sion' }))
        const storage = memory()
        expect(saveSeen(storage, seen)).toBe(true)
        expect(loadSeen(storage)).toEqual(seen)
        const later = withHours(now, { key, collectedAt: ten + hour, method: 'fu,sion' })
        expect(unseen(later, loadSeen(storage))).toEqual(unseen(later, seen))
      }),
    )
  })

  it.each([
    '',
    'null',
    '[]',
    '{"version":1}',
    '{"version":2,"at":1,"tenants":{}}',
    '{"version":1,"at":1,"tenants":[]}',
    '{"vers',
  ])('is nothing if it is damaged: %j', text => {
    expect(loadSeen({ getItem: () => text })).toBeUndefined()
  })

  it('ignores damaged entries, and never returns less than zero from one', () => {
    const tenants = {
      a: 5,
      b: 'x'.repeat(50),
      c: '%E0,%E0',
      d: `mi9x2ao0,counts,${'a9'.repeat(30)},,,,`,
      e: ',,,',
    }
    const seen = loadSeen({ getItem: () => JSON.stringify({ version: 1, at: 1, tenants }) })
    expect([...(seen?.tenants.keys() ?? [])]).toEqual(['d'])
    const later = Number.parseInt('mi9x2ao0', 36) + 1
    expect(critical(withHours({ critical: hoursOf(9) }, { key: 'd', collectedAt: later }), seen)).toBe(0)
  })

  it('survives a browser that is full or stores nothing', () => {
    const refuse = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    expect(saveSeen({ setItem: refuse }, seenOf())).toBe(false)
    expect(loadSeen({ getItem: refuse })).toBeUndefined()
    const forbidding = {
      get localStorage(): Storage {
        return refuse()
      },
    }
    expect(storageOf(forbidding)).toBeUndefined()
    expect(saveSeen(undefined, seenOf())).toBe(false)
    expect(loadSeen(undefined)).toBeUndefined()
  })

  it('takes no space for tenants without detections, and under 400 characters with some in every hour', () => {
    const quietOnes = Array.from({ length: 10_000 }, (_, i) =>
      makeTenant({ key: String(i), collectedAt: ten }),
    )
    expect(markSeen(quietOnes, ten).tenants.size).toBe(0)
    const busy = withHours(Object.fromEntries(severities.map(severity => [severity, hoursOf(99)])), {
      collectedAt: ten,
    })
    const storage = memory()
    saveSeen(storage, markSeen([busy], ten))
    expect([...storage.entries.values()].join().length).toBeLessThan(450)
  })
})
