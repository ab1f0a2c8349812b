import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeList } from '../../../lambda/tenants/merge.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const listed = (id: string) => ({ id, name: `New name of ${id}`, region: 'us01', apiHost: 'https://x' })
const complete = (...ids: string[]) => ({ tenants: ids.map(listed), isComplete: true })

describe('merging a list', () => {
  it('has one tenant for every tenant listed, in the order of the list, whatever is known of them', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'))
    fc.assert(
      fc.property(ids, ids, (list, before) => {
        const tenants = mergeList(
          complete(...list),
          before.map(id => tenantOf(id)),
          at,
        )
        expect(tenants.map(({ id }) => id)).toEqual(list)
        for (const { status, reason } of tenants) expect(status === 'ok' || Boolean(reason)).toBe(true)
      }),
    )
  })

  it('takes name, region and host from the list, and all else from what was known', () => {
    const before = tenantOf('a', {
      status: 'forbidden',
      reason: 'no licence',
      triedAt: at - 1,
      counts: countsOf(bySeverity(1)),
    })
    const known = { ...before, listedSince: at - 2 }
    expect(mergeList(complete('a'), [known], at)).toEqual([{ ...known, ...listed('a') }])
    // An earlier version did not write down since when a tenant is listed.
    expect(mergeList(complete('a'), [before], at)).toMatchObject([{ listedSince: at }])
  })

  it('has a tenant that was never asked as pending, with a reason and without counts', () => {
    expect(mergeList(complete('a'), [], at)).toMatchObject([
      {
        status: 'pending',
        reason: expect.stringMatching(/^Not asked yet/),
        triedAt: undefined,
        counts: undefined,
        listedSince: at,
      },
    ])
  })

  it.each([
    ['nothing but its id', { id: 'a', name: 'a', region: undefined, apiHost: undefined }, {}],
    [
      'no host',
      { id: 'a', name: 'New', region: 'us01', apiHost: undefined },
      { name: 'New', region: 'us01' },
    ],
  ])('takes nothing away where an entry gives %s', (_, entry, changed) => {
    const before = tenantOf('a', { counts: countsOf(bySeverity(1)) })
    expect(mergeList({ tenants: [entry], isComplete: true }, [before], at)).toEqual([
      { ...before, listedSince: at, ...changed },
    ])
  })

  it('keeps no row of an entry without an id longer than that entry is in the list', () => {
    const before = [tenantOf('a'), tenantOf('unnamed-1-2')]
    const moved = [listed('b'), listed('a'), listed('unnamed-1-3')]
    const tenants = mergeList({ tenants: moved, isComplete: false }, before, at)
    expect(tenants.map(({ id }) => id)).toEqual(['b', 'a', 'unnamed-1-3'])
  })

  it('lets a tenant go only where the list is complete', () => {
    const before = [tenantOf('a'), tenantOf('gone')]
    expect(mergeList(complete('a'), before, at).map(({ id }) => id)).toEqual(['a'])
    expect(mergeList({ ...complete('a'), isComplete: false }, before, at).map(({ id }) => id)).toEqual([
      'a',
      'gone',
    ])
  })
})
