import { describe, expect, it } from 'vitest'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { mergeSources } from '../../../lambda/publish/rows.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const source = (name: string, ...tenants: Tenant[]) => ({ source: name, state: { tenants } })

describe('the rows of all sources', () => {
  it('are sorted as numbers, worst first, then by name; rows without counts come last', () => {
    const tenants = [
      tenantOf('none', { name: 'A' }),
      tenantOf('zero', { name: 'Zoe', counts: countsOf(bySeverity(0)) }),
      tenantOf('low', { counts: countsOf(bySeverity(0, 0, 0, 5)) }),
      tenantOf('nine', { counts: countsOf(bySeverity(9)) }),
      tenantOf('ten', { counts: countsOf(bySeverity(10)) }),
      tenantOf('ten-high', { counts: countsOf(bySeverity(10, 1)) }),
      tenantOf('untold', { counts: { ...countsOf(bySeverity(0)), total: 9, bySeverity: undefined } }),
      tenantOf('zero-2', { name: 'Tenant 2', counts: countsOf(bySeverity(0)) }),
      tenantOf('zero-10', { name: 'Tenant 10', counts: countsOf(bySeverity(0)) }),
    ]
    const expected = ['ten-high', 'ten', 'nine', 'low', 'zero-2', 'zero-10', 'zero', 'untold', 'none']
    for (const order of [tenants, tenants.toReversed()]) {
      expect(mergeSources(detections, [source('default', ...order)]).map(({ id }) => id)).toEqual(expected)
    }
  })

  it('hold every tenant of every source, with its source', () => {
    const rows = mergeSources(detections, [
      source('one', tenantOf('a'), tenantOf('b')),
      source('two', tenantOf('c')),
    ])
    expect(rows.map(row => [row.id, row.source])).toEqual([
      ['a', 'one'],
      ['b', 'one'],
      ['c', 'two'],
    ])
  })

  it('hold a tenant that two credentials see once, with the newer figures', () => {
    const older = tenantOf('a', { counts: countsOf(bySeverity(9), at - 1) })
    const newer = tenantOf('a', { counts: countsOf(bySeverity(1), at), status: 'failed', reason: 'no' })
    const none = tenantOf('a', { status: 'forbidden', reason: 'no licence' })
    for (const states of [
      [source('one', older), source('two', newer), source('three', none)],
      [source('three', none), source('two', newer), source('one', older)],
    ]) {
      expect(mergeSources(detections, states)).toMatchObject([
        { id: 'a', source: 'two', counts: { collectedAt: at } },
      ])
    }
  })
})
