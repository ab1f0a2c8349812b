import { describe, expect, it } from 'vitest'
import { type ApiId, tenantApis } from '../../../lambda/doctor/catalogue.ts'
import { explainRefusals } from '../../../lambda/doctor/explain-refusals.ts'
import type { Evidence, Finding } from '../../../lambda/doctor/finding.ts'

const licensed: readonly ApiId[] = ['detections-counts', 'detections-query', 'cases']

/** A tenant with the given findings; every other API works. */
const tenant = (except: (api: ApiId) => Finding | undefined, message = 'Forbidden'): Map<ApiId, Evidence> =>
  new Map(tenantApis.map(({ id }) => [id, { finding: except(id) ?? 'works', at: 0, message }]))
const open = () => tenant(() => undefined)
const closed = () => tenant(() => 'forbidden')
const without = (...apis: readonly ApiId[]) => tenant(id => (apis.includes(id) ? 'forbidden' : undefined))

describe('a 403 means', () => {
  type Tenants = Readonly<Record<string, Map<ApiId, Evidence>>>
  const cases: [
    what: string,
    tenants: Tenants,
    expected: Readonly<Record<string, Partial<Record<ApiId, Finding>>>>,
  ][] = [
    [
      'no licence, if only this tenant refuses everything that needs one',
      { a: open(), b: without(...licensed) },
      {
        a: {},
        b: { 'detections-counts': 'not_licensed', 'detections-query': 'not_licensed', cases: 'not_licensed' },
      },
    ],
    [
      'not managed, if only this tenant refuses everything',
      { a: open(), b: closed() },
      { b: Object.fromEntries(tenantApis.map(({ id }) => [id, 'not_managed'])) },
    ],
    [
      'nothing clear, if the only answer was a refusal',
      { a: open(), b: tenant(id => (id === 'detections-counts' ? 'forbidden' : 'server_trouble')) },
      {
        b: {
          ...Object.fromEntries(tenantApis.map(({ id }) => [id, 'server_trouble'])),
          'detections-counts': 'forbidden',
        },
      },
    ],
    [
      'nothing clear, if the other APIs that need the licence did not answer',
      {
        a: open(),
        b: tenant(id =>
          id === 'detections-counts' ? 'forbidden' : licensed.includes(id) ? 'server_trouble' : undefined,
        ),
      },
      {
        b: {
          ...Object.fromEntries(licensed.map(id => [id, 'server_trouble'])),
          'detections-counts': 'forbidden',
        },
      },
    ],
    [
      'nothing clear, if every tenant refuses everything',
      { a: closed(), b: closed() },
      { a: Object.fromEntries(tenantApis.map(({ id }) => [id, 'forbidden'])) },
    ],
    [
      'nothing clear, if every tenant refuses everything that needs a licence',
      { a: without(...licensed), b: without(...licensed) },
      { a: { 'detections-counts': 'forbidden', 'detections-query': 'forbidden', cases: 'forbidden' } },
    ],
    [
      'nothing clear, if there is only one tenant and it refuses everything that needs a licence',
      { a: without(...licensed) },
      { a: { 'detections-counts': 'forbidden', 'detections-query': 'forbidden', cases: 'forbidden' } },
    ],
    [
      'no permission, if another API with the same licence works for this tenant',
      { a: without('detections-query') },
      { a: { 'detections-query': 'no_permission' } },
    ],
    [
      'no permission, if every tenant refuses one API and the rest works',
      { a: without('alerts'), b: without('alerts') },
      { a: { alerts: 'no_permission' }, b: { alerts: 'no_permission' } },
    ],
    [
      'nothing clear, if one of several tenants refuses an API that needs no licence',
      { a: without('endpoints'), b: open() },
      { a: { endpoints: 'forbidden' } },
    ],
    [
      'no licence, even if the role is also too small for the query API',
      { a: without('detections-query'), b: without('detections-query'), c: without(...licensed) },
      {
        a: { 'detections-query': 'no_permission' },
        c: { 'detections-counts': 'not_licensed', 'detections-query': 'not_licensed', cases: 'not_licensed' },
      },
    ],
    [
      'no licence, if Sophos says so',
      { a: tenant(id => (id === 'cases' ? 'forbidden' : undefined), 'No valid license found') },
      { a: { cases: 'not_licensed' } },
    ],
  ]

  it.each(cases)('%s', (_, tenants, expected) => {
    const explained = explainRefusals(new Map(Object.entries(tenants)))
    for (const [id, findings] of Object.entries(expected)) {
      const changed = [...(explained.get(id) ?? [])].filter(([, { finding }]) => finding !== 'works')
      expect(Object.fromEntries(changed.map(([api, { finding }]) => [api, finding]))).toEqual(findings)
    }
  })

  it('and no other answer changes', () => {
    const given = tenant(id => (id === 'alerts' ? 'unreachable' : id === 'cases' ? 'throttled' : undefined))
    expect(explainRefusals(new Map([['a', given]])).get('a')).toEqual(given)
  })
})
