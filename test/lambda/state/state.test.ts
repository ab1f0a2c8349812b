import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunReport } from '../../../lambda/state/run-report.ts'
import { parseState, type State, serializeState } from '../../../lambda/state/state.ts'
import { ConflictError } from '../../../lambda/state/store.ts'
import { listSources, readOwnState, readState, writeState } from '../../../lambda/state/stored-state.ts'
import { migrationStates } from '../../../lambda/tenants/migration.ts'
import { methods, statuses } from '../../../lambda/tenants/tenant.ts'
import { memoryStore } from '../../memory-store.ts'

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const count = fc.nat(1_000_000)
const bySeverity = fc.record({ critical: count, high: count, medium: count, low: count, info: count })
const report: fc.Arbitrary<RunReport> = fc.record({
  source: fc.string(),
  startedAt: count,
  endedAt: count,
  trigger: fc.constantFrom('schedule', 'manual'),
  result: fc.constantFrom('complete', 'partial', 'failed', 'running'),
  message: fc.string(),
  calls: fc.record({ made: count, retries: count, throttled: count }),
  budget: fc.array(fc.record({ window: fc.string(), limit: count, periodMs: count, left: count }), {
    maxLength: 4,
  }),
  nextRunAt: count,
  fusion: optional(
    fc.record({
      guard: fc.constantFrom('on', 'off'),
      counts: fc.constantFrom('off', 'auto'),
    }),
  ),
})
const state: fc.Arbitrary<State> = fc.record({
  listedAt: optional(count),
  recordedUntil: optional(count),
  report: optional(report),
  breakers: fc.dictionary(
    fc.constantFrom('counts of https://one', 'query of https://one', 'counts of https://two'),
    fc.record({ failures: count, since: count, probes: count, probeAt: optional(count) }),
    { noNullPrototype: true },
  ),
  tenants: fc.array(
    fc.record({
      id: fc.string(),
      name: fc.string(),
      region: optional(fc.string()),
      apiHost: optional(fc.string()),
      status: fc.constantFrom(...statuses),
      reason: optional(fc.string()),
      triedAt: optional(count),
      counts: optional(
        fc.record({
          total: count,
          bySeverity: optional(bySeverity),
          hours: fc.array(fc.record({ startsAt: count, total: count, bySeverity: optional(bySeverity) }), {
            maxLength: 25,
          }),
          hoursUnknown: optional(count),
          to: count,
          remark: optional(fc.string()),
          collectedAt: count,
          answeredAt: optional(count),
          method: fc.constantFrom(...methods),
        }),
      ),
      news: optional(fc.record({ since: count, total: count, bySeverity })),
      unannounced: optional(
        fc.record({ critical: count, high: count, since: count, from: count, at: count }),
      ),
      migration: fc.record({ state: fc.constantFrom(...migrationStates), checkedAt: optional(count) }),
    }),
    { maxLength: 5 },
  ),
})

const now = Date.UTC(2026, 10, 22, 10)
const nothingKnown = {
  tenants: [],
  listedAt: undefined,
  recordedUntil: undefined,
  breakers: {},
  report: undefined,
}
const logThat = (error: (fact: string) => void) => ({ debug() {}, info() {}, warn() {}, error })

describe('the state', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(state, written => {
        expect(parseState(serializeState(written), now)).toEqual({ state: written, damage: undefined })
      }),
    )
  })

  it.each([
    '',
    'no JSON',
    '{}',
    '{"schemaVersion":2}\n',
    '{"schemaVersion":1}\n{}\n',
    '{"schemaVersion":1}\n{"id":"cut sho',
  ])('is set aside and begun anew, with a line in the log, if it holds "%s"', async text => {
    const lines: string[] = []
    const store = memoryStore()
    const object = { body: gzipSync(text), contentType: 'application/gzip', cacheControl: 'no-store' }
    const etag = await store.write('state/default/tenants.ndjson.gz', object)
    await expect(readState(store, 'default', now)).rejects.toThrow(
      /The state state\/default\/tenants\.ndjson\.gz cannot be read/,
    )
    const taken = readOwnState(
      store,
      'default',
      now,
      logThat(fact => lines.push(fact)),
    )
    await expect(taken).resolves.toEqual({ state: nothingKnown, etag, isLost: true })
    expect(lines).toHaveLength(1)
    const setAside = await store.read('state/default/unreadable/tenants.ndjson.gz')
    expect(setAside?.bytes).toEqual(gzipSync(text))
  })

  it('of a version that did not look for moves is read whole, and no tenant in it is known to have moved or not', () => {
    const counts = { total: 2, hours: [[1, 2]], to: 3, collectedAt: 3, method: 'counts' }
    const report = {
      ...{
        source: 'default',
        startedAt: 1,
        endedAt: 2,
        trigger: 'schedule',
        result: 'complete',
        message: '',
      },
      ...{ calls: { made: 1, retries: 0, throttled: 0 }, budget: [], nextRunAt: 4 },
    }
    const whole = { schemaVersion: 1, listedAt: 1, recordedUntil: 2, breakers: {}, report }
    const tenant = { id: 'a', name: 'A', status: 'ok', triedAt: 3, counts }
    const lines = [whole, tenant].map(line => `${JSON.stringify(line)}\n`).join('')
    expect(parseState(gzipSync(lines), now).state).toMatchObject({
      ...{ listedAt: 1, recordedUntil: 2, report },
      tenants: [{ id: 'a', counts: { total: 2 }, migration: { state: 'not_checked', checkedAt: undefined } }],
    })
  })

  it('is empty, without a word, before the first run', async () => {
    const read = readState(memoryStore(), 'default', now)
    await expect(read).resolves.toEqual({ state: nothingKnown, etag: null, damage: undefined })
  })

  it('comes out of the bucket as it went in, and only over the version that was read', async () => {
    const store = memoryStore()
    const first = { ...nothingKnown, listedAt: 1 }
    const etag = await writeState(store, 'default', first, null)
    await expect(readState(store, 'default', now)).resolves.toEqual({ state: first, etag, damage: undefined })
    await expect(writeState(store, 'default', nothingKnown, null)).rejects.toBeInstanceOf(ConflictError)
    await expect(listSources(store)).resolves.toEqual(['default'])
  })
})
