import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iconFor } from '../../site/attention/favicon.ts'
import { readMemory, readSettings, writeMemory, writeSettings } from '../../site/attention/memory.ts'
import { messageFor } from '../../site/attention/notification.ts'
import { type Seen, signalsFor } from '../../site/attention/signals.ts'
import { bySeverity, type Tenant } from '../../site/data/tenant.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 22, 14, 5)

function tenant(
  key: string,
  part: Partial<Tenant> & { critical?: number; fresh?: number | undefined },
): Tenant {
  const { critical = 0, fresh, ...rest } = part
  const news = bySeverity(severity => (severity === 'critical' ? fresh : 0))
  return {
    key,
    id: key,
    name: `Tenant ${key}`,
    counts: bySeverity(severity => (severity === 'critical' ? critical : 0)),
    total: critical,
    status: 'ok',
    reason: '',
    collectedAt: now,
    region: undefined,
    source: undefined,
    method: 'counts',
    migration: undefined,
    news: 'fresh' in part ? { bySeverity: news, total: fresh, since: now - 15 * minute } : undefined,
    hourly: undefined,
    hourlyBySeverity: undefined,
    ...rest,
  }
}

const nobody = () => false
const look = (tenants: Tenant[], more: Partial<Parameters<typeof signalsFor>[0]> = {}) =>
  signalsFor({ previous: undefined, tenants, writtenAt: undefined, isMuted: nobody, seen: {}, ...more })

describe('signalsFor', () => {
  it('signals what the file marks as new and critical, largest count first', () => {
    const { signals, seen } = look([
      tenant('a', { critical: 9, fresh: 1 }),
      tenant('b', { critical: 9, fresh: 0 }),
      tenant('c', { critical: 3, fresh: 3 }),
      tenant('d', { critical: 3, fresh: undefined }),
    ])
    expect(signals.map(({ key, count }) => [key, count])).toEqual([
      ['c', 3],
      ['a', 1],
    ])
    expect(seen).toEqual({ a: now, c: now })
  })

  it('signals growth since the last look if the file does not say what is new', () => {
    const previous = [tenant('a', { critical: 2, collectedAt: now - minute }), tenant('b', { critical: 5 })]
    const { signals } = look([tenant('a', { critical: 4 }), tenant('b', { critical: 3 })], { previous })
    expect(signals).toEqual([{ key: 'a', name: 'Tenant a', count: 2, at: now }])
  })

  it('uses the file’s own time if rows have none, and signals nothing if nothing has a time', () => {
    const bare = { collectedAt: undefined, status: undefined, method: undefined }
    const previous = [tenant('a', { critical: 1, ...bare })]
    const tenants = [tenant('a', { critical: 2, ...bare })]
    expect(look(tenants, { previous, writtenAt: now }).signals).toMatchObject([{ count: 1, at: now }])
    expect(look(tenants, { previous }).signals).toEqual([])
  })

  it.each([
    ['a tenant that moved to Fusion', { status: 'moved' }],
    ['counts that come by Fusion for the first time', { method: 'fusion' }],
    ['counts that come by the query API for the first time', { method: 'query' }],
  ])('treats %s as no news', (_, part: Partial<Tenant>) => {
    const previous = [tenant('a', { critical: 1, fresh: 0, collectedAt: now - minute })]
    expect(look([tenant('a', { critical: 9, fresh: 8, ...part })], { previous }).signals).toEqual([])
  })

  it('signals new detections of a tenant counted through Fusion', () => {
    const part = { method: 'fusion', migration: 'moved' }
    const previous = [tenant('a', { critical: 1, fresh: 0, collectedAt: now - minute, ...part })]
    expect(look([tenant('a', { critical: 2, fresh: 1, ...part })], { previous }).signals).toHaveLength(1)
  })

  it('never signals for a muted tenant, and nothing old when the mute ends', () => {
    const tenants = [tenant('a', { critical: 2, fresh: 2 })]
    const muted = look(tenants, { isMuted: () => true })
    expect(muted.signals).toEqual([])
    expect(look(tenants, { seen: muted.seen }).signals).toEqual([])
  })

  it('does not mistake an object’s built-in properties for seen tenants', () => {
    const tenants = [tenant('constructor', { fresh: 1 }), tenant('__proto__x', { fresh: 1 })]
    expect(look(tenants).signals).toHaveLength(2)
  })

  const counts = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    critical: fc.nat(5),
    fresh: fc.option(fc.nat(3), { nil: undefined }),
    minutes: fc.nat(10),
    muted: fc.boolean(),
    status: fc.constantFrom('ok', 'failed', 'moved'),
  })
  const history = fc.array(fc.uniqueArray(counts, { selector: ({ key }) => key }), { maxLength: 12 })
  type Step = (typeof history extends fc.Arbitrary<infer Steps> ? Steps : never)[number]
  const rows = (step: Step) =>
    step.map(({ key, critical, fresh, minutes, status }) =>
      tenant(key, { critical, fresh, status, collectedAt: now + minutes * minute }),
    )

  it('gives one signal per event, however many tabs look and in any order', () => {
    fc.assert(
      fc.property(history, fc.array(fc.nat(2)), (steps, tabs) => {
        const given: string[] = []
        let seen: Seen = {}
        const lastOf = new Map<number, Tenant[]>()
        for (const [i, step] of steps.entries()) {
          const tab = tabs[i] ?? 0
          const tenants = rows(step)
          const result = look(tenants, { previous: lastOf.get(tab), seen })
          // A tenant that left the file and returned may signal again: the page does not remember it forever.
          seen = { ...seen, ...result.seen }
          lastOf.set(tab, tenants)
          given.push(...result.signals.map(({ key, at }) => `${key} ${at}`))
        }
        expect(new Set(given).size).toBe(given.length)
      }),
    )
  })

  it('signals nothing for the same data again, in any tab', () => {
    fc.assert(
      fc.property(history, steps => {
        for (const step of steps) {
          const tenants = rows(step)
          const { seen } = look(tenants)
          expect(look(tenants, { seen }).signals).toEqual([])
          expect(look(tenants, { seen, previous: tenants }).signals).toEqual([])
        }
      }),
    )
  })

  it('never signals for a muted or moved tenant, and never fewer than one detection', () => {
    fc.assert(
      fc.property(history, steps => {
        for (const step of steps) {
          const silent = new Set<string>(
            step.filter(({ muted, status }) => muted || status === 'moved').map(({ key }) => key),
          )
          const muted = new Set<string>(step.filter(row => row.muted).map(({ key }) => key))
          const { signals } = look(rows(step), { isMuted: ({ key }) => muted.has(key) })
          for (const { key, count } of signals) {
            expect(silent.has(key)).toBe(false)
            expect(count).toBeGreaterThan(0)
          }
        }
      }),
    )
  })

  it('remembers no more tenants than the file has', () => {
    const seen = { gone: now - minute, a: now - minute }
    expect(look([tenant('a', {})], { seen }).seen).toEqual({ a: now - minute })
  })
})

describe('messageFor', () => {
  const signal = (key: string, count: number) => ({ key, name: key && `Tenant ${key}`, count, at: now })

  it('names the first three and counts the others', () => {
    expect(messageFor(['a', 'b', 'c', 'd', 'e'].map(key => signal(key, 2)))).toEqual({
      title: '10 new critical detections',
      body: 'Tenant a, Tenant b, Tenant c and 2 more',
      tag: `sophos-detections-${now}`,
    })
    expect(messageFor([signal('', 1)])).toMatchObject({
      title: '1 new critical detection',
      body: 'Unnamed tenant',
    })
  })
})

describe('iconFor', () => {
  const icon = (critical: number | undefined, outdated = false, trouble = false) =>
    iconFor({ critical, outdated, trouble }).replace(/.*\//, '')

  it.each([
    [undefined, 'favicon.svg'],
    [0, 'favicon.svg'],
    [1, '1.svg'],
    [9, '9.svg'],
    [10, 'more.svg'],
    [123_456, 'more.svg'],
  ])('for %s critical detections is %s', (critical, file) => {
    expect(icon(critical)).toBe(file)
  })

  it('shows no unreliable count', () => {
    expect(icon(3, true)).toBe('outdated.svg')
    expect(icon(3, false, true)).toBe('trouble.svg')
    expect(icon(3, true, true)).toBe('outdated.svg')
  })
})

describe('what a device remembers', () => {
  const shelf = (kept = new Map<string, string>()) => ({
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  })

  it('is off and empty at first, and comes back as written', () => {
    const place = shelf()
    expect(readSettings(place)).toEqual({ sound: false, notify: false })
    expect(readMemory(place)).toEqual({ lookedAt: undefined, seen: {} })
    writeSettings(place, { sound: true, notify: false })
    writeMemory(place, { lookedAt: now, seen: { a: now } })
    expect(readSettings(place)).toEqual({ sound: true, notify: false })
    expect(readMemory(place)).toEqual({ lookedAt: now, seen: { a: now } })
  })

  it.each(['', '{', 'null', '[]', '7', '{"seen":[1],"lookedAt":"now"}', '{"seen":{"a":"b"},"sound":"yes"}'])(
    'is as on the first visit if %j was stored',
    text => {
      const place = { getItem: () => text, setItem: () => {} }
      expect(readSettings(place)).toEqual({ sound: false, notify: false })
      expect(readMemory(place)).toEqual({ lookedAt: undefined, seen: {} })
    },
  )

  it('survives a browser that stores nothing', () => {
    const refuse = () => {
      throw new Error('no')
    }
    const place = { getItem: refuse, setItem: refuse }
    writeMemory(place, { lookedAt: now, seen: {} })
    expect(readSettings(place)).toEqual({ sound: false, notify: false })
  })
})
