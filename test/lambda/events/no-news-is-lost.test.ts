import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hourMs, idOf, minuteMs, type Told, toldEstate } from './told-estate.ts'

const [muted, moves] = [2, 3]
const digest = 'state/default/digest.json'
const state = 'state/default/tenants.ndjson.gz'

const failing = {
  'the CSV': 'write detections.csv',
  'the status': 'write status.json',
  'the state': `write ${state}`,
  'reading the record': `read ${digest}`,
  'writing the record': `write ${digest}`,
  'the history': 'write history/',
  'the bus': 'send',
} as const
const troubles = [
  'none',
  ...(Object.keys(failing) as (keyof typeof failing)[]),
  'a damaged record',
  'a lost record',
  'no token',
  'a refusal',
  'a kill',
  'two at once',
] as const

const step = fc.record({
  pauseMinutes: fc.integer({ min: 15, max: 40 }),
  found: fc.array(
    fc.record({
      tenant: fc.nat(3),
      severity: fc.constantFrom('critical', 'high'),
      minutesAgo: fc.integer({ min: 1, max: 14 }),
    }),
    { maxLength: 3 },
  ),
  lagMinutes: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 30, max: 150 })),
  trouble: fc.constantFrom(...troubles),
  /** Which of the run's operations is the last one, or the first that fails. */
  operation: fc.integer({ min: 1, max: 32 }),
  isDone: fc.boolean(),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Estate = ReturnType<typeof toldEstate>

/**
 * Which news may be announced again: what a run announced that then could write it neither into the record nor out of the
 * state, and, if only the record has it, what was announced before the record was lost.
 */
function watchRecords(estate: Estate) {
  let unrecorded: Told[] = []
  let inRecordAlone: Told[] = []
  let seen = 0
  const excused: Told[] = []
  return {
    excused,
    /** A run that cannot read the record does not take out of the state what it holds. */
    isRead: true,
    done(operation: string): void {
      if (operation === 'send New detections') {
        unrecorded.push(...estate.told().slice(seen))
        seen = estate.told().length
      }
      if (operation === `write ${digest}`) inRecordAlone.push(...unrecorded.splice(0))
      if (operation === `write ${state}`) unrecorded = []
      if (operation === `write ${state}` && this.isRead) inRecordAlone = []
    },
    runEnded(): void {
      excused.push(...unrecorded.splice(0))
    },
    recordLost(): void {
      excused.push(...inRecordAlone.splice(0))
    },
  }
}

async function play(estate: Estate, steps: readonly Step[]) {
  const { control } = estate
  const records = watchRecords(estate)
  const done = (operation: string) => records.done(operation)
  control.done = done
  for (const { pauseMinutes, found, lagMinutes, trouble, operation, isDone } of steps) {
    await estate.pass(pauseMinutes * minuteMs)
    for (const { tenant, severity, minutesAgo } of found)
      estate.detect(tenant, severity, estate.clock.now() - minutesAgo * minuteMs)
    control.lagMs = lagMinutes * minuteMs
    if (trouble === 'a damaged record' || trouble === 'a lost record') {
      records.recordLost()
      if (trouble === 'a lost record') estate.memory.remove(digest)
      else await estate.memory.write(digest, { body: '{', contentType: '', cacheControl: '' })
    }
    records.isRead = trouble !== 'reading the record'
    const wasMoved = estate.rows().some(({ Status }) => Status === 'moved')
    const toldBefore = estate.told().filter(({ id }) => id === idOf(moves)).length

    if (trouble === 'two at once') {
      await estate.clock.drive(Promise.all([estate.start(), estate.start()]))
    } else if (trouble === 'a kill') {
      await kill(estate, operation, isDone, done)
    } else {
      const remove = faultOf(estate, trouble)
      await estate.runOnce()
      remove()
    }
    records.runEnded()
    if (wasMoved) expect(estate.told().filter(({ id }) => id === idOf(moves))).toHaveLength(toldBefore)
  }
  return records.excused
}

function faultOf({ control, sophos }: Estate, trouble: Step['trouble']): () => void {
  if (trouble === 'no token') return sophos.faults.add({ kind: 'status', status: 401, endpoint: 'token' })
  if (trouble === 'a refusal') return sophos.faults.add({ kind: 'status', status: 403, endpoint: 'counts' })
  const prefix = Object.entries(failing).find(([name]) => name === trouble)?.[1]
  control.strike = operation => {
    if (prefix !== undefined && operation.startsWith(prefix)) throw new Error('503')
  }
  return () => {
    control.strike = () => undefined
  }
}

/** Ends the run's process before or after one of its operations on the bucket or the bus. */
async function kill(estate: Estate, last: number, isDone: boolean, done: (operation: string) => void) {
  const { control } = estate
  const life = { over: false }
  let operations = 0
  control.strike = () => {
    operations += 1
    if (operations !== last || isDone) return undefined
    life.over = true
    return new Promise(() => undefined)
  }
  control.done = operation => {
    done(operation)
    if (operations === last && isDone) life.over = true
  }
  void estate.start({ life }).catch(() => undefined)
  await estate.pass(5 * minuteMs)
  life.over = true
  control.strike = () => undefined
  control.done = done
}

const sum = (told: readonly Told[], number: number, severity: 'critical' | 'high') =>
  told.filter(({ id }) => id === idOf(number)).reduce((all, one) => all + one[severity], 0)

describe('with any sequence of runs, whatever fails in them', () => {
  it('every new detection is announced, once unless a record of that was lost, and nothing else is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 0, max: 300 }),
        async (steps, movesAfterMinutes) => {
          const startedAt = Date.UTC(2026, 10, 22, 10)
          const estate = toldEstate({
            tenants: 4,
            movedAt: { [moves]: startedAt + movesAfterMinutes * minuteMs },
            env: {
              DIGEST_COOLDOWN: '30m',
              MUTED: JSON.stringify([{ tenant: idOf(muted), until: '2099-12-31' }]),
            },
          })
          for (const hours of [2, 9, 23.5])
            for (const number of [0, 1, 2, 3]) estate.detect(number, 'critical', startedAt - hours * hourMs)
          await estate.runOnce()
          const knownUntil = estate.clock.now()

          const excused = await play(estate, steps)
          estate.control.lagMs = 0
          for (let run = 0; run < 3; run++) {
            await estate.pass(40 * minuteMs)
            await estate.runOnce()
          }
          const told = estate.told()
          for (const severity of ['critical', 'high'] as const) {
            for (const number of [0, 1]) {
              const happened = estate
                .detections(number)
                .filter(one => one.time >= knownUntil && one.severity === severity).length
              const announced = sum(told, number, severity)
              expect(announced).toBeGreaterThanOrEqual(happened)
              expect(announced).toBeLessThanOrEqual(happened + sum(excused, number, severity))
            }
            expect(sum(told, muted, severity)).toBe(0)
            for (const one of told) {
              const since = Date.parse(one.since)
              const number = [0, 1, 2, 3].find(each => idOf(each) === one.id) ?? 0
              const possible = estate.detections(number).filter(({ time }) => time >= since)
              expect(one[severity]).toBeLessThanOrEqual(
                possible.filter(each => each.severity === severity).length,
              )
            }
          }
        },
      ),
      { numRuns: 25, endOnFailure: true },
    )
  })
})
