import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merge } from '../../lambda/merge.ts'
import { inOrderOfNeed } from '../../lambda/order.ts'
import type { Outcome, Tenant } from '../../lambda/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from './tenants.ts'

const listed = (id: string) => ({ id, name: `New name of ${id}`, region: 'us01', apiHost: 'https://x' })
const known = (...tenants: Tenant[]) => new Map(tenants.map(tenant => [tenant.id, tenant]))
const tried = (entries: Record<string, Outcome>) => new Map(Object.entries(entries))

describe('merging', () => {
  it('has one tenant for every tenant listed, in the order of the list, whatever is known of them', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'))
    const outcome = fc.constantFrom<Outcome>(
      { at, status: 'ok', counts: countsOf(bySeverity(1)) },
      { at, status: 'failed', reason: 'no' },
    )
    fc.assert(
      fc.property(
        ids,
        ids,
        fc.dictionary(fc.constantFrom(...'abcdefghij'), outcome),
        (list, before, outcomes) => {
          const merged = merge(list.map(listed), known(...before.map(id => tenantOf(id))), tried(outcomes))
          expect(merged.map(({ id }) => id)).toEqual(list)
          for (const { status, reason } of merged) expect(status === 'ok' || Boolean(reason)).toBe(true)
        },
      ),
    )
  })

  it('keeps the last good counts and their age of a tenant that failed', () => {
    const counts = countsOf(bySeverity(3), at - 900_000)
    const failed: Outcome = { at, status: 'throttled', reason: 'busy' }
    expect(merge([listed('a')], known(tenantOf('a', { counts })), tried({ a: failed }))).toEqual([
      {
        id: 'a',
        name: 'New name of a',
        region: 'us01',
        status: 'throttled',
        reason: 'busy',
        triedAt: at,
        counts,
      },
    ])
  })

  it('leaves a tenant that was not asked as it was, but for its name and region', () => {
    const before = tenantOf('a', { status: 'forbidden', reason: 'no licence', triedAt: at - 1 })
    expect(merge([listed('a')], known(before), new Map())).toEqual([
      { ...before, name: 'New name of a', region: 'us01' },
    ])
  })

  it('has a tenant that was never asked as pending, with a reason and without counts', () => {
    expect(merge([listed('a')], known(), new Map())).toMatchObject([
      {
        status: 'pending',
        reason: expect.stringMatching(/^Not asked yet/),
        triedAt: undefined,
        counts: undefined,
      },
    ])
  })

  it('says what is to be said about figures that are ok', () => {
    const counts = { ...countsOf(bySeverity(1)), remark: 'Odd.' }
    expect(merge([listed('a')], known(), tried({ a: { at, status: 'ok', counts } }))).toMatchObject([
      { reason: 'Odd.' },
    ])
  })
})

describe('who is asked next', () => {
  it('is who was never asked, then who waits longest, then as listed', () => {
    const before = known(
      tenantOf('a', { triedAt: 300 }),
      tenantOf('b', { triedAt: 100 }),
      tenantOf('c', { triedAt: 300 }),
    )
    const order = inOrderOfNeed(['a', 'new-1', 'b', 'c', 'new-2'].map(listed), before)
    expect(order.map(({ id }) => id)).toEqual(['new-1', 'new-2', 'b', 'a', 'c'])
  })
})
