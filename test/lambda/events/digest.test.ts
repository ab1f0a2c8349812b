import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Digest, digest } from '../../../lambda/events/digest.ts'
import { type Memory, nothingAnnounced, parseMemory, serializeMemory } from '../../../lambda/events/memory.ts'
import { withoutTold } from '../../../lambda/events/told.ts'
import { hourMs } from '../../../lambda/sophos/detections.ts'
import type { RunReport } from '../../../lambda/state/run-report.ts'
import type { Tenant, Unannounced } from '../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const cooldownMs = 6 * hourMs
const intervalMs = hourMs

/** A tenant with the given number of new detections at `now`. */
const withNews = (id: string, now: number, critical: number, high = 0, more: Partial<Tenant> = {}): Tenant =>
  tenantOf(id, {
    triedAt: now,
    counts: countsOf(bySeverity(critical, high), now),
    ...(critical + high > 0 && {
      unannounced: { critical, high, since: now - intervalMs, from: now, at: now },
    }),
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

/** What the state keeps between two runs: the news that was not told, to which the next run adds its own. */
function stateOf(memory: Memory, tenants: readonly Tenant[]): Map<string, Unannounced> {
  const told = new Map(memory.told.map(({ id, ...news }) => [id, news]))
  return new Map(
    withoutTold(tenants, told).flatMap(({ id, unannounced }) => (unannounced ? [[id, unannounced]] : [])),
  )
}
const withKept = (tenants: readonly Tenant[], kept: ReadonlyMap<string, Unannounced>): Tenant[] =>
  tenants.map(tenant => {
    const before = kept.get(tenant.id)
    const { critical = 0, high = 0, at: newAt = 0 } = tenant.unannounced ?? {}
    if (!before || before.from === tenant.unannounced?.from) return tenant
    const [all, at] = [{ critical: before.critical + critical, high: before.high + high }, newAt || before.at]
    return { ...tenant, unannounced: { ...before, ...all, at } }
  })

/** Plays runs one after the other; the bus takes every event. Returns what each run announced, and what it leaves. */
function play(runs: readonly RunOf[], memory = nothingAnnounced, kept = new Map<string, Unannounced>()) {
  const announced: string[][] = []
  const events: Record<string, unknown>[] = []
  for (const run of runs) {
    const tenants = withKept(run.tenants, kept)
    const decided = decide(memory, { ...run, tenants })
    announced.push(types(decided))
    events.push(...decided.steps.map(({ event }) => event.detail))
    memory = last(decided)
    kept = stateOf(memory, tenants)
  }
  return { announced, events, memory, kept }
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
    const pending = tenantOf('a', { ...moved, status: 'pending', counts: undefined })
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
    const decided = decide(nothingAnnounced, { tenants, now: at })
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
      'are not announced twice if the state still has them in the next runs',
      [0, 1, 7].map(hours => ({ tenants: [withNews('a', at, 1)], now: hoursOn(hours) })),
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
    const { events } = play([...runs, { tenants: [withNews('a', hoursOn(6), 0, 2)], now: hoursOn(6) }])
    expect(events.at(-1)).toMatchObject({
      critical: 3,
      high: 3,
      worst: [{ id: 'a', since: new Date(hoursOn(1)).toISOString() }],
    })
  })

  it.each<[string, Tenant, readonly string[]]>([
    ['of a muted tenant', withNews('a', at, 5), ['a']],
    ['of a tenant that moved', withNews('a', at, 5, 0, { status: 'moved' }), []],
    ['that are only medium, low or info', withNews('a', at, 0, 0), []],
  ])('%s are not announced', (_, tenant, muted) => {
    expect(play([{ tenants: [tenant], now: at, muted }]).announced).toEqual([[]])
  })

  it('of a portion of which some were told already are announced without those', () => {
    const told = [{ id: 'a', from: at, critical: 1, high: 2 }]
    const unannounced = { critical: 3, high: 2, since: at - intervalMs, from: at, at: hoursOn(1) }
    const tenants = [withNews('a', hoursOn(1), 0, 0, { unannounced })]
    expect(detail(decide({ watched: [], told }, { tenants, now: hoursOn(1) }))).toMatchObject({
      critical: 2,
      high: 0,
    })
    const another = [withNews('a', hoursOn(1), 0, 0, { unannounced: { ...unannounced, from: at + 1 } })]
    expect(detail(decide({ watched: [], told }, { tenants: another, now: hoursOn(1) }))).toMatchObject({
      critical: 3,
      high: 2,
    })
  })

  it('of a muted tenant are not announced when it is no longer muted', () => {
    const runs = [
      { tenants: [withNews('a', at, 5)], now: at, muted: ['a'] },
      { tenants: [quiet('a', hoursOn(1))], now: hoursOn(1) },
    ]
    expect(play(runs)).toMatchObject({ announced: [[], []], memory: { watched: [], told: [] } })
  })

  it('that waited in the record of version 0.1.0 are announced with those of the state', () => {
    const left = {
      ...{ schemaVersion: 1, consideredUntil: at },
      watched: [
        {
          ...{ id: 'a', name: 'A', newAt: at, ofFusion: false },
          ...{ waiting: { critical: 2, high: 1, since: hoursOn(-1) }, announced: { at, critical: true } },
        },
      ],
    }
    const memory =
      parseMemory(Buffer.from(JSON.stringify(left)), Number.POSITIVE_INFINITY) ?? nothingAnnounced
    const later = [
      { tenants: [withNews('a', hoursOn(1), 1)], now: hoursOn(1) },
      { tenants: [quiet('a', hoursOn(6))], now: hoursOn(6) },
      { tenants: [quiet('a', hoursOn(13))], now: hoursOn(13) },
    ]
    const { announced, events } = play(later, memory)
    expect(announced).toEqual([[], ['New detections'], ['Back to quiet']])
    expect(events[0]).toMatchObject({ critical: 3, high: 1 })
  })

  it('are announced in a sentence with three tenants, and names cannot command a chat program', () => {
    const tenants = [1, 2, 3, 4, 5].map(n =>
      withNews(`${n}`, at, n, 0, { name: n === 5 ? '<!channel>\nx' : `T${n}` }),
    )
    const decided = decide(nothingAnnounced, { tenants, now: at })
    expect(detail(decided)?.message).toBe(
      'New detections: 15 critical in 5 tenants: ＜!channel＞ x (5 critical), T4 (4 critical), T3 (3 critical), and 2 more.',
    )
  })

  it('name at most a hundred tenants, count the rest, and fit into an event whatever the names are', () => {
    const tenants = Array.from({ length: 2_500 }, (_, n) =>
      withNews(`${n}`, at, 1, 0, { name: '\u0001💥'.repeat(5_000) }),
    )
    const decided = decide(nothingAnnounced, { tenants, now: at })
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
  /** Runs an hour apart, or as far as given. */
  const runsOf = (results: readonly (RunReport['result'] | 'throttled' | 'nothing asked')[], apart = 1) =>
    results.map((result, n): RunOf => {
      const now = hoursOn(n * apart)
      if (result === 'throttled')
        return { tenants: ['a', 'b', 'c'].map((id, i) => throttled(id, now, i === 0)), now }
      if (result === 'nothing asked') return { tenants: [quiet('a', hoursOn(-9))], now, result: 'partial' }
      return { tenants: [quiet('a', result === 'failed' ? hoursOn(-9) : now)], now, result }
    })
  const throttled = (id: string, now: number, ok: boolean): Tenant =>
    tenantOf(id, { triedAt: now, status: ok ? 'ok' : 'throttled' })
  const [failed, recovered] = [['Run failed'], ['Run recovered']]

  it.each<[string, readonly RunOf[], readonly (readonly string[])[]]>([
    [
      'is announced once, and so is the second run after it that works',
      runsOf(['failed', 'failed', 'partial', 'complete', 'complete', 'failed']),
      [failed, [], [], recovered, [], failed],
    ],
    [
      'is the same trouble as the next one, where single runs work in between',
      runsOf(['failed', 'complete', 'failed', 'partial', 'failed', 'complete', 'complete']),
      [failed, [], [], [], [], [], recovered],
    ],
    [
      'is over only after an hour of runs that work',
      runsOf(['failed', 'complete', 'complete', 'complete', 'complete', 'complete', 'complete'], 0.25),
      [failed, [], [], [], [], recovered, []],
    ],
    [
      'is not over with runs in which most tenants were throttled',
      runsOf(['failed', 'complete', 'throttled', 'complete', 'complete']),
      [failed, [], [], [], recovered],
    ],
    [
      'is not over with runs that had no budget to ask any tenant, and these do not count against it',
      runsOf(['failed', 'nothing asked', 'complete', 'nothing asked', 'complete']),
      [failed, [], [], [], recovered],
    ],
  ])('%s', (_, runs, announced) => {
    expect(play(runs).announced).toEqual(announced)
  })
})

describe('a lost memory', () => {
  it('costs no news: what the state has is announced', () => {
    const unannounced = { critical: 9, high: 0, since: hoursOn(-2), from: hoursOn(-1), at: hoursOn(-1) }
    const tenants = [withNews('a', at, 0, 0, { unannounced }), quiet('b', at)]
    const { announced, events } = play([{ tenants, now: at }])
    expect(announced).toEqual([['New detections']])
    expect(events[0]).toMatchObject({ tenants: 1, critical: 9 })
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
        let memory = nothingAnnounced
        let kept = new Map<string, Unannounced>()
        let now = at
        let [happened, announced] = [0, 0]
        const lastAnnounced = new Map<string, { now: number; critical: number }>()
        const open = new Set<string>()
        let isFailed = false
        let tenants = ['a', 'b', 'c'].map(id => quiet(id, at))
        for (const { news, hours, failed, taken } of runs) {
          now += hours * hourMs
          tenants = tenants.map((tenant, n) => {
            const { critical = 0, high = 0, asked } = news[n] ?? {}
            if (failed || !asked) return tenant
            happened += critical + high
            return withNews(tenant.id, now, critical, high)
          })
          tenants = withKept(tenants, kept)
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
          kept = stateOf(memory, tenants)
          tenants = tenants.map(({ unannounced, ...tenant }) => ({
            ...tenant,
            unannounced: kept.get(tenant.id),
          }))
          const waiting = [...kept.values()].reduce((sum, { critical, high }) => sum + critical + high, 0)
          expect(announced + waiting).toBe(happened)
        }
      }),
      { numRuns: 300 },
    )
  })
})
