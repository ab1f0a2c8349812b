import { describe, expect, it } from 'vitest'
import { type ApiId, tenantApis } from '../../../lambda/doctor/catalogue.ts'
import type { Evidence, Finding } from '../../../lambda/doctor/finding.ts'
import { tellApart } from '../../../lambda/doctor/tell-apart.ts'

const licensed: readonly ApiId[] = ['detections-counts', 'detections-query', 'cases']

/** A tenant that answers everything, but for what is given. */
const tenant = (but: (api: ApiId) => Finding | undefined, message = 'Forbidden'): Map<ApiId, Evidence> =>
  new Map(tenantApis.map(({ id }) => [id, { finding: but(id) ?? 'works', at: 0, message }]))
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
      'no licence where all that needs one is refused, here alone',
      { a: open(), b: without(...licensed) },
      {
        a: {},
        b: { 'detections-counts': 'not_licensed', 'detections-query': 'not_licensed', cases: 'not_licensed' },
      },
    ],
    [
      'not managed where everything is refused, here alone',
      { a: open(), b: closed() },
      { b: Object.fromEntries(tenantApis.map(({ id }) => [id, 'not_managed'])) },
    ],
    [
      'nothing that can be told where the only answer that came was a refusal',
      { a: open(), b: tenant(id => (id === 'detections-counts' ? 'forbidden' : 'server_trouble')) },
      {
        b: {
          ...Object.fromEntries(tenantApis.map(({ id }) => [id, 'server_trouble'])),
          'detections-counts': 'forbidden',
        },
      },
    ],
    [
      'nothing that can be told where the others that need the licence did not answer',
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
      'nothing that can be told where everything is refused everywhere',
      { a: closed(), b: closed() },
      { a: Object.fromEntries(tenantApis.map(({ id }) => [id, 'forbidden'])) },
    ],
    [
      'nothing that can be told where all that needs a licence is refused to everybody',
      { a: without(...licensed), b: without(...licensed) },
      { a: { 'detections-counts': 'forbidden', 'detections-query': 'forbidden', cases: 'forbidden' } },
    ],
    [
      'nothing that can be told of the one tenant of a credential without licence or role',
      { a: without(...licensed) },
      { a: { 'detections-counts': 'forbidden', 'detections-query': 'forbidden', cases: 'forbidden' } },
    ],
    [
      'no permission where another API with the same licence works at this tenant',
      { a: without('detections-query') },
      { a: { 'detections-query': 'no_permission' } },
    ],
    [
      'no permission where nobody may, while the rest works',
      { a: without('alerts'), b: without('alerts') },
      { a: { alerts: 'no_permission' }, b: { alerts: 'no_permission' } },
    ],
    [
      'nothing that can be told where one of several tenants refuses an API that needs no licence',
      { a: without('endpoints'), b: open() },
      { a: { endpoints: 'forbidden' } },
    ],
    [
      'no licence beside a role that is too small for the query API',
      { a: without('detections-query'), b: without('detections-query'), c: without(...licensed) },
      {
        a: { 'detections-query': 'no_permission' },
        c: { 'detections-counts': 'not_licensed', 'detections-query': 'not_licensed', cases: 'not_licensed' },
      },
    ],
    [
      'no licence where Sophos says so',
      { a: tenant(id => (id === 'cases' ? 'forbidden' : undefined), 'No valid license found') },
      { a: { cases: 'not_licensed' } },
    ],
  ]

  it.each(cases)('%s', (_, tenants, expected) => {
    const told = tellApart(new Map(Object.entries(tenants)))
    for (const [id, findings] of Object.entries(expected)) {
      const changed = [...(told.get(id) ?? [])].filter(([, { finding }]) => finding !== 'works')
      expect(Object.fromEntries(changed.map(([api, { finding }]) => [api, finding]))).toEqual(findings)
    }
  })

  it('and changes no other answer', () => {
    const given = tenant(id => (id === 'alerts' ? 'unreachable' : id === 'cases' ? 'throttled' : undefined))
    expect(tellApart(new Map([['a', given]])).get('a')).toEqual(given)
  })
})
