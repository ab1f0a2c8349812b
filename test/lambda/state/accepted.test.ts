import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columns } from '../../../lambda/datasets/detections/columns.ts'
import { mergeOutcome } from '../../../lambda/datasets/detections/merge.ts'
import { countsFromFusion } from '../../../lambda/fusion/counts/hours.ts'
import { dayOf } from '../../../lambda/history/row.ts'
import { readCounts } from '../../../lambda/sophos/counts.ts'
import { type Counts, hourMs, timeOf } from '../../../lambda/sophos/detections.ts'
import { readCounts as readFusionCounts } from '../../../lambda/sophos/fusion/counts.ts'
import { readFusionAnswer } from '../../../lambda/sophos/fusion/fusion.ts'
import { countItems } from '../../../lambda/sophos/query-items.ts'
import { readResults } from '../../../lambda/sophos/query-results.ts'
import { listTenants } from '../../../lambda/sophos/tenants.ts'
import { nothingKnown, parseState, serializeState } from '../../../lambda/state/state.ts'
import { mergeList } from '../../../lambda/tenants/merge.ts'
import type { CollectedCounts, Tenant } from '../../../lambda/tenants/tenant.ts'
import { tenantOf } from '../tenants.ts'

const tenantId = '11111111-2222-4333-8444-555555555555'
const now = Date.UTC(2026, 10, 22, 10, 20)
const iso = (ms: number) => new Date(ms).toISOString()

/** Mostly good values, so that many answers are accepted; some that are only just good, and a few that are not. */
const mostly = <T>(good: fc.Arbitrary<T>, junk: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...junk) })

const number = mostly(
  fc.oneof(
    { weight: 9, arbitrary: fc.nat(9) },
    { weight: 1, arbitrary: fc.constantFrom(2 ** 53 - 1, 2 ** 52) },
  ),
  [2 ** 53, 1e308, 1e16, -1, 0.5, null, '7'],
)
const time = mostly(
  fc.integer({ min: 0, max: 24 }).map(ago => iso(now - ago * hourMs)),
  [
    '+275760-09-13T00:00:00.000Z',
    '0001-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2099-12-31T23:59:59.999Z',
    '2000-01-01T00:00:00Z',
    '2026-11-22',
    '0',
    'soon',
    8.64e15,
    null,
  ],
)
const severities = { critical: number, high: number, medium: number, low: number, info: number }

/** The tenant after these answers, one after the other. */
function tenantAfter(
  answers: readonly (() => Counts)[],
  method: CollectedCounts['method'],
): Tenant | undefined {
  let tenant = tenantOf(tenantId)
  let accepted = 0
  for (const read of answers) {
    try {
      const counts = read()
      tenant = mergeOutcome(tenant, {
        at: now,
        status: 'ok',
        counts: { ...counts, collectedAt: timeOf(counts, now), method },
      })
      accepted += 1
    } catch (error) {
      expect(error).toHaveProperty('name', 'UnexpectedAnswerError')
    }
  }
  return accepted > 0 ? tenant : undefined
}

/** Nothing accepted is taken for the work of a wrong clock here. */
const lastMoment = 8.64e15

/** Saved and read again it is the same, and all that is published of it is a number or a time. */
function expectToLast(tenant: Tenant): void {
  expect(
    parseState(serializeState({ ...nothingKnown, tenants: [tenant] }), lastMoment).state.tenants,
  ).toEqual([tenant])
  for (const [name, of] of columns) {
    if (name === 'Reason') continue
    expect(String(of({ ...tenant, source: 'default' }) ?? ''), name).not.toMatch(
      /NaN|Infinity|e\+|undefined|null/,
    )
  }
  if (tenant.counts) expect(dayOf({ tenantId, counts: tenant.counts })).toMatch(/^2\d\d\d-\d\d-\d\d$/)
}

/** Runs a property, and that enough of its cases were accepted to say something. */
async function holds<T>(answers: fc.Arbitrary<T>, tenantAfter: (answers: T) => Promise<Tenant | undefined>) {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(answers, async given => {
      const tenant = await tenantAfter(given)
      if (!tenant) return
      accepted += 1
      expectToLast(tenant)
    }),
    { numRuns: 600 },
  )
  expect(accepted).toBeGreaterThan(30)
}

describe('whatever is accepted from outside leaves a state that can be read', () => {
  it('with any answer to the question for counts', async () => {
    const bucket = fc.record(
      {
        startsAt: time,
        endsAt: mostly(fc.constant(null), ['soon', '+275760-09-13T00:00:00.000Z']),
        totalCount: number,
        countBySeverity: fc.record(severities, { requiredKeys: [] }),
      },
      { requiredKeys: ['startsAt', 'totalCount'] },
    )
    const body = fc.record(
      {
        from: mostly(fc.constant(iso(now - 24 * hourMs)), [null, '0', iso(now)]),
        to: mostly(fc.constant(iso(now)), ['0', null]),
        resolutionDetectionCounts: fc.array(bucket, { maxLength: 4 }),
      },
      { requiredKeys: ['resolutionDetectionCounts'] },
    )
    await holds(fc.array(body, { minLength: 1, maxLength: 3 }), async bodies =>
      tenantAfter(
        bodies.map(given => () => readCounts(given, tenantId, now)),
        'counts',
      ),
    )
  })

  it('with any results of a query', async () => {
    const item = fc.record({ id: fc.constantFrom('a', 'b', 7, null), time, severity: number })
    const body = fc.record(
      {
        items: fc.array(item, { maxLength: 5 }),
        pages: fc.record({ size: number, total: number, items: number }, { requiredKeys: [] }),
      },
      { requiredKeys: ['items'] },
    )
    await holds(body, async given => {
      try {
        const { items, announced } = await readResults(
          async () => given,
          undefined,
          () => true,
        )
        return tenantAfter([() => countItems(items, now, announced)], 'query')
      } catch (error) {
        expect(error).toHaveProperty('name', 'UnexpectedAnswerError')
        return undefined
      }
    })
  })

  it("with any of Fusion's figures", async () => {
    const cell = number.map(total => ({
      status: 'OK',
      alerts: { total_results: total, list: total === 0 ? [] : [{}] },
    }))
    const windows = ['day', 'sinceHourBefore', 'sinceHour']
    const aliases = windows.flatMap(window =>
      Object.keys(severities).map(severity => `${window}_${severity}`),
    )
    const data = fc.record(Object.fromEntries(aliases.map(alias => [alias, cell])))
    await holds(fc.array(data, { minLength: 1, maxLength: 2 }), async given => {
      const reads = given.map(one => () => {
        const figures = readFusionCounts(readFusionAnswer({ data: one }))
        return countsFromFusion(figures, { askedAt: now, answeredAt: now }, undefined)
      })
      return tenantAfter(reads, 'fusion')
    })
  })

  it('with any entry of the list', async () => {
    const field = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(null, 7, {}, [], '\ud800', '\0', '__proto__'),
    )
    const entry = fc.oneof(
      fc.record(
        { id: field, name: field, showAs: field, dataRegion: field, apiHost: field },
        { requiredKeys: [] },
      ),
      fc.anything(),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 5 }), async items => {
        const client = { get: async () => ({ items, pages: { total: 1, items: items.length } }) }
        const list = await listTenants(client, 'https://api', { id: 'p', idType: 'partner', apiHosts: {} })
        const tenants = mergeList(list, [], 1)
        expect(parseState(serializeState({ ...nothingKnown, tenants }), lastMoment).state.tenants).toEqual(
          tenants,
        )
      }),
      { numRuns: 300 },
    )
  })
})
