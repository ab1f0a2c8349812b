import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { takeUpList, takeUpOutcome } from '../../../lambda/tenants/merge.ts'
import type { Outcome } from '../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const listed = (id: string) => ({ id, name: `New name of ${id}`, region: 'us01', apiHost: 'https://x' })
const complete = (...ids: string[]) => ({ tenants: ids.map(listed), isComplete: true })

describe('taking up a list', () => {
  it('has one tenant for every tenant listed, in the order of the list, whatever is known of them', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'))
    fc.assert(
      fc.property(ids, ids, (list, before) => {
        const tenants = takeUpList(
          complete(...list),
          before.map(id => tenantOf(id)),
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
    expect(takeUpList(complete('a'), [before])).toEqual([{ ...before, ...listed('a') }])
  })

  it('has a tenant that was never asked as pending, with a reason and without counts', () => {
    expect(takeUpList(complete('a'), [])).toMatchObject([
      {
        status: 'pending',
        reason: expect.stringMatching(/^Not asked yet/),
        triedAt: undefined,
        counts: undefined,
      },
    ])
  })

  it('lets a tenant go only where the list is complete', () => {
    const before = [tenantOf('a'), tenantOf('gone')]
    expect(takeUpList(complete('a'), before).map(({ id }) => id)).toEqual(['a'])
    expect(takeUpList({ ...complete('a'), isComplete: false }, before).map(({ id }) => id)).toEqual([
      'a',
      'gone',
    ])
  })
})

describe('taking up an outcome', () => {
  it('keeps the last good counts, their age and their news of a tenant that failed', () => {
    const counts = countsOf(bySeverity(3), at - 900_000)
    const news = { since: at - 1_800_000, total: 1, bySeverity: bySeverity(1) }
    const before = tenantOf('a', { counts, news })
    const failed: Outcome = { at, status: 'throttled', reason: 'busy' }
    expect(takeUpOutcome(before, failed)).toEqual({
      ...before,
      status: 'throttled',
      reason: 'busy',
      triedAt: at,
    })
  })

  it('tells what is new since the answer before, of a tenant that had one', () => {
    const before = tenantOf('a', { counts: countsOf(bySeverity(3), at - 900_000) })
    const hours = [{ startsAt: at - 4_500_000, total: 5, bySeverity: bySeverity(5) }]
    const ok: Outcome = { at, status: 'ok', counts: { ...countsOf(bySeverity(5), at), hours } }
    expect(takeUpOutcome(before, ok).news).toEqual({
      since: at - 900_000,
      total: 2,
      bySeverity: bySeverity(2),
    })
    expect(takeUpOutcome(tenantOf('b'), ok).news).toBeUndefined()
  })

  it('says what is to be said about figures that are ok', () => {
    const counts = { ...countsOf(bySeverity(1)), remark: 'Odd.' }
    const before = tenantOf('a', { status: 'failed', reason: 'Before.' })
    expect(takeUpOutcome(before, { at, status: 'ok', counts })).toMatchObject({
      status: 'ok',
      reason: 'Odd.',
      triedAt: at,
    })
  })
})
