import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Digest, digest } from '../../../lambda/events/digest.ts'
import { type Memory, nothingAnnounced, parseMemory, serializeMemory } from '../../../lambda/events/memory.ts'
import { hourMs } from '../../../lambda/sophos/detections.ts'
import type { RunReport } from '../../../lambda/state/run-report.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const cooldownMs = 6 * hourMs
const intervalMs = hourMs

/** A tenant with the given number of new detections at `now`. */
const withNews = (id: string, now: number, critical: number, high = 0, more: Partial<Tenant> = {}): Tenant =>
  tenantOf(id, {
    triedAt: now,
    counts: countsOf(bySeverity(critical, high), now),
    news: { since: now - intervalMs, total: critical + high, bySeverity: bySeverity(critical, high) },
    ...more,
  })
const quiet = (id: string, now: number): Tenant => withNews(id, now, 0)

type RunOf = {
  tenants: readonly Tenant[]
  now: number
  result?: RunReport['result']
  muted?: readonly string[]
}

const decide = (memory: Memory, { tenants, now, result = 'complete', muted = [] }: RunOf): Digest =>
  digest({
    memory,
    tenants,
    report: { source: 'default', result, message: 'A message.', startedAt: now - 60_000, endedAt: now },
    cooldownMs,
    isMuted: ({ id }) => muted.includes(id),
    demo: false,
    installation: 'one',
    dashboard: undefined,
  })

const last = ({ start, steps }: Digest): Memory => steps.at(-1)?.memory ?? start
const types = ({ steps }: Digest) => steps.map(({ event }) => event.detailType)
const detail = (of: Digest, step = 0) => of.steps[step]?.event.detail

/** Plays runs one after the other; the bus takes every event. Returns what each run announced, and the memory. */
function play(runs: readonly RunOf[], memory: Memory = { watched: [], consideredUntil: at - intervalMs }) {
  const announced: string[][] = []
  for (const run of runs) {
    const decided = decide(memory, run)
    announced.push(types(decided))
    memory = last(decided)
  }
  return { announced, memory }
}

const hoursOn = (hours: number) => at + hours * hourMs

describe('a tenant that moved to Sophos Fusion, with counts from there', () => {
  const moved = { migration: { state: 'moved', checkedAt: at } } as const
  const counts = { ...countsOf(bySeverity(3), hoursOn(7)), method: 'fusion' } as const
  const before = play([
    { tenants: [withNews('a', at, 0, 1)], now: at },
    { tenants: [withNews('a', hoursOn(1), 0, 8)], now: hoursOn(1) },
  ])

  it('is never announced with news from before its move', () => {
    const pending = tenantOf('a', { ...moved, status: 'pending' })
    const collected = tenantOf('a', { ...moved, counts })
    const { announced, memory } = play(
      [
        { tenants: [pending], now: hoursOn(2) },
        { tenants: [collected], now: hoursOn(7) },
        { tenants: [collected], now: hoursOn(8) },
      ],
      before.memory,
    )
    expect(before.announced).toEqual([['New detections'], []])
    expect(announced).toEqual([['Back to quiet'], [], []])
    expect(memory.watched).toEqual([])
  })

  it('is announced with news from Sophos Fusion only', () => {
    const tenant = withNews('a', hoursOn(7), 3, 0, { ...moved, counts })
    const decided = decide(before.memory, { tenants: [tenant], now: hoursOn(7) })
    expect(detail(decided)).toMatchObject({ critical: 3, high: 0 })
    const later = decide(last(decided), { tenants: [tenant], now: hoursOn(8) })
    expect(types(later)).toEqual([])
    expect(last(later).watched).toHaveLength(1)
  })
})

describe('new critical and high detections', () => {
  it('are one event a run, with the worst tenant first', () => {
    const tenants = [
      withNews('one', at, 0, 9),
      withNews('two', at, 2, 1),
      quiet('three', at),
      withNews('four', at, 2, 3),
    ]
    const decided = decide({ watched: [], consideredUntil: at - intervalMs }, { tenants, now: at })
    expect(types(decided)).toEqual(['New detections'])
    const since = new Date(at - intervalMs).toISOString()
    expect(detail(decided)).toEqual({
      schemaVersion: 1,
      message:
        'New detections: 4 critical and 13 high in 3 tenants: Tenant four (2 critical, 3 high), Tenant two (2 critical, 1 high), Tenant one (9 high).',
      source: 'default',
      at: new Date(at).toISOString(),
      demo: false,
      installation: 'one',
      severity: 'critical',
      tenants: 3,
      critical: 4,
      high: 13,
      worst: [
        { id: 'four', name: 'Tenant four', critical: 2, high: 3, since },
        { id: 'two', name: 'Tenant two', critical: 2, high: 1, since },
        { id: 'one', name: 'Tenant one', critical: 0, high: 9, since },
      ],
      more: 0,
    })
  })

  it.each<[string, readonly RunOf[], readonly (readonly string[])[]]>([
    [
      'are not announced for a tenant that was, within the cool-down',
      [1, 2, 5.9].map(hours => ({ tenants: [withNews('a', hoursOn(hours), 1)], now: hoursOn(hours) })),
      [['New detections'], [], []],
    ],
    [
      'are announced again after the cool-down',
      [0, 6].map(hours => ({ tenants: [withNews('a', hoursOn(hours), 1)], now: hoursOn(hours) })),
      [['New detections'], ['New detections']],
    ],
    [
      'are announced at once if the first critical ones come after high ones, but only then',
      [
        { tenants: [withNews('a', at, 0, 5)], now: at },
        { tenants: [withNews('a', hoursOn(1), 1)], now: hoursOn(1) },
        { tenants: [withNews('a', hoursOn(2), 1)], now: hoursOn(2) },
      ],
      [['New detections'], ['New detections'], []],
    ],
    [
      'are announced for one tenant while another cools down',
      [
        { tenants: [withNews('a', at, 1)], now: at },
        { tenants: [withNews('a', hoursOn(1), 1), withNews('b', hoursOn(1), 0, 1)], now: hoursOn(1) },
      ],
      [['New detections'], ['New detections']],
    ],
    [
      'are not announced twice if a later run did not ask the tenant again',
      [0, 1, 2].map(hours => ({ tenants: [withNews('a', at, 1)], now: hoursOn(hours) })),
      [['New detections'], [], []],
    ],
  ])('%s', (_, runs, announced) => {
    expect(play(runs).announced).toEqual(announced)
  })

  it('during a cool-down are announced when it is over', () => {
    const runs = [
      { tenants: [withNews('a', at, 1)], now: at },
      { tenants: [quiet('a', hoursOn(1))], now: hoursOn(1) },
      { tenants: [withNews('a', hoursOn(2), 3, 1)], now: hoursOn(2) },
    ]
    const { memory } = play(runs)
    const decided = decide(memory, { tenants: [withNews('a', hoursOn(6), 0, 2)], now: hoursOn(6) })
    expect(detail(decided)).toMatchObject({
      critical: 3,
      high: 3,
      worst: [{ id: 'a', since: new Date(hoursOn(1)).toISOString() }],
    })
  })

  it.each<[string, Tenant, readonly string[]]>([
    ['of a muted tenant', withNews('a', at, 5), ['a']],
    ['of a tenant that moved', withNews('a', at, 5, 0, { status: 'moved' }), []],
    [
      'of a tenant with counts from another API than before',
      withNews('a', at, 5, 0, { news: undefined }),
      [],
    ],
    ['that are only medium, low or info', withNews('a', at, 0, 0), []],
  ])('%s are not announced', (_, tenant, muted) => {
    expect(play([{ tenants: [tenant], now: at, muted }]).announced).toEqual([[]])
  })

  it('of a run that was killed are announced by the next one', () => {
    // An answer at 10:00 that was never considered, and one at 11:00 with only the news since 10:00.
    const hours = [0, 1].map(hour => ({
      startsAt: hoursOn(hour - 1),
      total: 2,
      bySeverity: bySeverity(2),
    }))
    const counts = { ...countsOf(bySeverity(4), hoursOn(1)), hours }
    const tenant = withNews('a', hoursOn(1), 2, 0, { counts })
    const decided = decide(
      { watched: [], consideredUntil: hoursOn(-1) },
      { tenants: [tenant], now: hoursOn(1) },
    )
    expect(detail(decided)).toMatchObject({
      critical: 4,
      worst: [{ since: new Date(hoursOn(-1)).toISOString() }],
    })
  })

  it('are announced in a sentence with three tenants, and names cannot command a chat program', () => {
    const tenants = [1, 2, 3, 4, 5].map(n =>
      withNews(`${n}`, at, n, 0, { name: n === 5 ? '<!channel>\nx' : `T${n}` }),
    )
    const decided = decide({ watched: [], consideredUntil: at - intervalMs }, { tenants, now: at })
    expect(detail(decided)?.message).toBe(
      'New detections: 15 critical in 5 tenants:  !channel  x (5 critical), T4 (4 critical), T3 (3 critical), and 2 more.',
    )
  })

  it('name at most a hundred tenants, count the rest, and fit into an event whatever the names are', () => {
    const tenants = Array.from({ length: 2_500 }, (_, n) =>
      withNews(`${n}`, at, 1, 0, { name: '\u0001💥'.repeat(5_000) }),
    )
    const decided = decide({ watched: [], consideredUntil: at - intervalMs }, { tenants, now: at })
    expect(detail(decided)).toMatchObject({ tenants: 2_500, critical: 2_500, more: 2_400 })
    expect(Buffer.byteLength(JSON.stringify(detail(decided)))).toBeLessThan(200 * 1024)
  })
})

describe('a tenant that was announced', () => {
  it('is back to quiet, once, when good figures show nothing new for the cool-down', () => {
    const runs = [
      { tenants: [withNews('a', at, 1)], now: at },
      ...[3, 5.9, 6, 7, 20].map(hours => ({ tenants: [quiet('a', hoursOn(hours))], now: hoursOn(hours) })),
    ]
    const { announced, memory } = play(runs)
    expect(announced).toEqual([['New detections'], [], [], ['Back to quiet'], [], []])
    expect(memory.watched).toEqual([])
  })

  it('is not back to quiet while it cannot be asked', () => {
    const forbidden = withNews('a', at, 1, 0, { status: 'forbidden' })
    const runs = [
      { tenants: [withNews('a', at, 1)], now: at },
      { tenants: [forbidden], now: hoursOn(48) },
    ]
    expect(play(runs).announced).toEqual([['New detections'], []])
  })

  it.each<[string, Partial<RunOf>]>([
    ['gone', { tenants: [] }],
    ['moved', { tenants: [withNews('a', hoursOn(1), 0, 0, { status: 'moved' })] }],
    ['muted', { tenants: [withNews('a', hoursOn(1), 4)], muted: ['a'] }],
  ])('and is %s is no longer watched, and that is announced', (why, run) => {
    const { memory } = play([{ tenants: [withNews('a', at, 1)], now: at }])
    const decided = decide(memory, { tenants: [], now: hoursOn(1), ...run })
    expect(types(decided)).toEqual(['Back to quiet'])
    expect(detail(decided)).toMatchObject({ tenants: 1, stillWatched: 0, quiet: [{ id: 'a', why }] })
    expect(detail(decided)?.message).toBe('1 tenant muted, moved or gone; 0 still watched.')
    expect(types(decide(last(decided), { tenants: [], now: hoursOn(2), ...run }))).toEqual([])
  })
})

describe('a failed run', () => {
  it('is announced once, and so is the first run after it that works', () => {
    const runs = (['failed', 'failed', 'partial', 'failed', 'complete'] as const).map((result, n) => ({
      tenants: [quiet('a', result === 'failed' ? at : hoursOn(n))],
      now: hoursOn(n),
      result,
    }))
    expect(play(runs).announced).toEqual([
      ['Run failed'],
      [],
      ['Run recovered'],
      ['Run failed'],
      ['Run recovered'],
    ])
  })

  it('is not followed by a recovery if the next run had no budget to ask any tenant', () => {
    const tenants = [quiet('a', at)]
    const runs = [
      { tenants, now: hoursOn(1), result: 'failed' as const },
      { tenants, now: hoursOn(2), result: 'partial' as const },
    ]
    expect(play(runs).announced).toEqual([['Run failed'], []])
  })
})

describe('the first run, and one with a lost memory', () => {
  it('announces no detections; the runs after it do', () => {
    const runs = [
      { tenants: [withNews('a', at, 9)], now: at },
      { tenants: [withNews('a', hoursOn(1), 1)], now: hoursOn(1) },
    ]
    expect(play(runs, nothingAnnounced).announced).toEqual([[], ['New detections']])
  })
})

describe('with any sequence of runs, whether or not the bus takes their events', () => {
  const run = fc.record({
    news: fc.array(fc.record({ critical: fc.nat(2), high: fc.nat(2), asked: fc.boolean() }), {
      minLength: 3,
      maxLength: 3,
    }),
    hours: fc.integer({ min: 1, max: 5 }),
    failed: fc.boolean(),
    taken: fc.nat(4),
  })

  it('every new detection is announced once or still waits, cool-downs hold, and failure and recovery alternate', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 25 }), runs => {
        let memory: Memory = { watched: [], consideredUntil: at }
        let now = at
        let [happened, announced] = [0, 0]
        const lastAnnounced = new Map<string, { now: number; critical: number }>()
        const open = new Set<string>()
        let isFailed = false
        let tenants = ['a', 'b', 'c'].map(id => quiet(id, at))
        for (const { news, hours, failed, taken } of runs) {
          const before = now
          now += hours * hourMs
          tenants = tenants.map((tenant, n) => {
            const { critical = 0, high = 0, asked } = news[n] ?? {}
            if (failed || !asked) return tenant
            happened += critical + high
            const since = Math.min(before, tenant.counts?.to ?? before)
            return withNews(tenant.id, now, critical, high, {
              news: { since, total: critical + high, bySeverity: bySeverity(critical, high) },
            })
          })
          const decided = decide(memory, { tenants, now, result: failed ? 'failed' : 'complete' })
          const steps = decided.steps.slice(0, taken)
          for (const { event } of steps) {
            const { worst, quiet: ended } = event.detail as {
              worst?: { id: string; critical: number; high: number }[]
              quiet?: { id: string }[]
            }
            for (const { id, critical, high } of worst ?? []) {
              const earlier = lastAnnounced.get(id)
              const cooled = !earlier || now - earlier.now >= cooldownMs
              expect(cooled || (critical > 0 && earlier.critical === 0)).toBe(true)
              lastAnnounced.set(id, { now, critical })
              open.add(id)
              announced += critical + high
            }
            for (const { id } of ended ?? []) {
              expect(open.delete(id)).toBe(true)
              lastAnnounced.delete(id)
            }
            if (event.detailType === 'Run failed' || event.detailType === 'Run recovered') {
              expect(event.detailType).toBe(isFailed ? 'Run recovered' : 'Run failed')
              isFailed = !isFailed
            }
          }
          memory = steps.at(-1)?.memory ?? decided.start
          // As the next run reads it.
          memory =
            parseMemory(Buffer.from(serializeMemory(memory)), Number.POSITIVE_INFINITY) ?? nothingAnnounced
          const waiting = memory.watched.reduce(
            (sum, { waiting: w }) => sum + (w ? w.critical + w.high : 0),
            0,
          )
          expect(announced + waiting).toBe(happened)
        }
      }),
      { numRuns: 300 },
    )
  })
})
