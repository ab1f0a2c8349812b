import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseState, readState, type State, serializeState } from '../../lambda/state.ts'
import type { Store } from '../../lambda/store.ts'
import { statuses } from '../../lambda/tenant.ts'

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const count = fc.nat(1_000_000)
const bySeverity = fc.record({ critical: count, high: count, medium: count, low: count, info: count })
const state: fc.Arbitrary<State> = fc.record({
  calls: fc.array(fc.tuple(count, count)),
  tenants: fc.array(
    fc.record({
      id: fc.string(),
      name: fc.string(),
      region: optional(fc.string()),
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
          to: count,
          remark: optional(fc.string()),
          collectedAt: count,
          method: fc.constantFrom('counts', 'query', 'fusion'),
        }),
      ),
    }),
    { maxLength: 5 },
  ),
})

describe('the state', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(state, written => {
        expect(parseState(serializeState(written))).toEqual(written)
      }),
    )
  })

  it.each([
    '',
    'no JSON',
    '{}',
    '{"schemaVersion":2,"calls":[],"tenants":[]}',
    '{"schemaVersion":1,"calls":[],"tenants":[{}]}',
  ])('is begun anew, with a line in the log, where there is "%s"', async text => {
    const lines: string[] = []
    const log = { debug() {}, info() {}, warn() {}, error: (fact: string) => lines.push(fact) }
    const store: Store = { read: async () => text, write: async () => undefined }
    await expect(readState(store, 'state/default.json', log)).resolves.toEqual({ calls: [], tenants: [] })
    expect(lines).toHaveLength(1)
  })

  it('is empty, without a word, before the first run', async () => {
    const log = { debug() {}, info() {}, warn() {}, error: () => expect.unreachable() }
    const store: Store = { read: async () => undefined, write: async () => undefined }
    await expect(readState(store, 'state/default.json', log)).resolves.toEqual({ calls: [], tenants: [] })
  })
})
