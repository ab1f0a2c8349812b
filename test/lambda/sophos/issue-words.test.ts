import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { checkShape } from '../../../lambda/doctor/shapes.ts'
import { count, time } from '../../../lambda/schemas.ts'
import { parseBody } from '../../../lambda/sophos/answers.ts'
import { readCounts } from '../../../lambda/sophos/counts.ts'
import { readCounts as readFusionCounts } from '../../../lambda/sophos/fusion/counts.ts'
import { readFusionAnswer } from '../../../lambda/sophos/fusion/fusion.ts'
import { readProbe } from '../../../lambda/sophos/fusion/probe.ts'
import { whoAmI } from '../../../lambda/sophos/identity.ts'
import { readResults } from '../../../lambda/sophos/query-results.ts'
import { listTenants } from '../../../lambda/sophos/tenants.ts'
import { parseToken } from '../../../lambda/sophos/token.ts'

const tenantId = '11111111-2222-4333-8444-555555555555'
const now = Date.UTC(2026, 10, 22, 10, 20)

describe('a field that is not as documented', () => {
  it.each([
    [{ a: 0.5 }, v.object({ a: count }), 'a should be a whole number of at most 15 digits'],
    [{ a: 1e308 }, v.object({ a: count }), 'a should be a whole number of at most 15 digits'],
    [{ a: -1 }, v.object({ a: count }), 'a should be at least 0'],
    [{ a: null }, v.object({ a: count }), 'a should be a number, not null'],
    [{}, v.object({ a: count }), 'a is missing'],
    [
      { a: { b: [1, 'x'] } },
      v.object({ a: v.object({ b: v.array(v.number()) }) }),
      'a.b.1 should be a number, not a text',
    ],
    [7, v.object({}), 'the whole answer should be an object, not a number'],
    ['x'.repeat(99), v.looseObject({}), 'the whole answer should be an object, not a text'],
    [{ a: {} }, v.object({ a: v.array(v.string()) }), 'a should be a list, not an object'],
    [{ a: [] }, v.object({ a: v.string() }), 'a should be a text, not a list'],
    [{ a: 1 }, v.object({ a: v.boolean() }), 'a should be true or false, not a number'],
    [
      { a: 'z' },
      v.object({ a: v.picklist(['x', 'y', 'w']) }),
      'a should be "x", "y" or "w", not another text',
    ],
    [
      { a: true },
      v.object({ a: v.union([v.string(), v.number()]) }),
      'a should be a text or a number, not true or false',
    ],
    [{ a: '' }, v.object({ a: v.pipe(v.string(), v.nonEmpty()) }), 'a should not be empty'],
    [{ a: 101 }, v.object({ a: v.pipe(v.number(), v.maxValue(100)) }), 'a should be at most 100'],
    [
      [1, 2, 3],
      v.pipe(v.array(v.number()), v.maxLength(2)),
      'the whole answer should have at most 2 entries, not 3',
    ],
    ...[
      'noon',
      '0',
      '0001-01-01T00:00:00Z',
      '+275760-09-13T00:00:00.000Z',
      '2026-11-22',
      '2026-13-22T10:00:00Z',
    ].map(
      text =>
        [{ a: text }, v.object({ a: time }), 'a should be a time such as 2026-11-22T10:20:00.000Z'] as const,
    ),
  ] as const)('%j is told in plain words', (body, schema, words) => {
    expect(() => parseBody(schema, body, 'answer')).toThrow(`Sophos' answer is not as documented: ${words}.`)
  })

  it('is told with the right verb', () => {
    expect(() => readCounts({}, tenantId, now)).toThrow(
      "Sophos' detection counts are not as documented: resolutionDetectionCounts is missing.",
    )
  })

  it.each([
    '2026-11-22T10:20:00Z',
    '2026-11-22T10:20:00',
    '2026-11-22T11:20:00.000+01:00',
    '2026-11-22T10:20',
  ])('is none where the time is %s', text => expect(parseBody(time, text, 'time')).toBe(now))
})

describe('every schema', () => {
  const get = (body: unknown) => ({ get: async () => body })
  const readers: Record<string, readonly [read: (body: unknown) => unknown, good: unknown]> = {
    counts: [
      body => readCounts(body, tenantId, now),
      {
        from: '2026-11-21T10:20:00Z',
        to: '2026-11-22T10:20:00Z',
        tenant: { id: tenantId },
        resolution: 'hour',
        resolutionDetectionCounts: [
          {
            startsAt: '2026-11-22T09:00:00Z',
            endsAt: '2026-11-22T10:00:00Z',
            totalCount: 1,
            countBySeverity: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
          },
        ],
      },
    ],
    'query results': [
      body =>
        readResults(
          async () => body,
          1,
          () => true,
        ),
      { items: [{ id: 'd', time: '2026-11-22T09:00:00Z', severity: 3 }], pages: { size: 50, total: 1 } },
    ],
    token: [body => parseToken(body, now), { access_token: 't', expires_in: 3600 }],
    whoami: [body => whoAmI(get(body), 'https://api'), { id: 'p', idType: 'partner', apiHosts: {} }],
    tenants: [
      body => listTenants(get(body), 'https://api', { id: 'p', idType: 'partner', apiHosts: {} }),
      { items: [{ id: 't' }], pages: { total: 1, items: 1 } },
    ],
    fusion: [readFusionAnswer, { data: { a: 1 }, errors: [{ message: 'x', path: ['a'] }] }],
    'fusion counts': [
      body => readFusionCounts(readFusionAnswer({ data: { day_critical: body } })),
      { status: 'OK', reason: '', alerts: { total_results: 1, list: [{ id: 'x' }] } },
    ],
    'fusion probe': [
      body => readProbe(readFusionAnswer({ data: { caseTypes: body } })),
      { types: [{ id: 'x' }] },
    ],
    cases: [
      body => checkShape('cases', body, { tenantId, now }),
      { items: [{ id: 'c', status: 'new', severity: 'low' }] },
    ],
    health: [
      body => checkShape('account-health', body, { tenantId, now }),
      { endpoint: { protection: { computer: { score: 100 }, server: { score: 1 } } } },
    ],
    events: [
      body => checkShape('siem-events', body, { tenantId, now }),
      { items: [{}], has_more: true, next_cursor: 'x' },
    ],
  }
  const junk = [null, undefined, 0.5, -1, 1e308, 101, '', 'junk', true, [], {}]

  /** The body with one of its fields, or the whole, replaced by junk. */
  function* spoilt(body: unknown): Generator<unknown> {
    yield* junk
    if (typeof body !== 'object' || body === null) return
    for (const [key, value] of Object.entries(body)) {
      for (const other of spoilt(value)) {
        const copy = structuredClone(body)
        Object.assign(copy, { [key]: other })
        yield copy
      }
    }
  }

  it.each(Object.entries(readers))(
    'of %s complains in words that a person on call understands',
    async (_, [read, good]) => {
      let complaints = 0
      for (const body of spoilt(good)) {
        try {
          await read(body)
        } catch (error) {
          complaints += 1
          const { name, message } = error as Error
          expect(name).toBe('UnexpectedAnswerError')
          expect(message).toMatch(/^(Sophos|Reading the).*\.$/)
          expect(message).not.toMatch(
            /should be null|Object|Array|string|undefined|[<>]=|!0|Invalid|something else/,
          )
        }
      }
      expect(complaints).toBeGreaterThan(3)
    },
  )
})
