import { describe, expect, it } from 'vitest'
import { mergeOutcome } from '../../../../lambda/datasets/detections/merge.ts'
import type { Outcome } from '../../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../../tenants.ts'

describe('merging an outcome', () => {
  it('keeps the last good counts, their age and their news of a tenant that failed', () => {
    const counts = countsOf(bySeverity(3), at - 900_000)
    const news = { since: at - 1_800_000, total: 1, bySeverity: bySeverity(1) }
    const before = tenantOf('a', { counts, news })
    const failed: Outcome = { at, status: 'throttled', reason: 'busy' }
    expect(mergeOutcome(before, failed)).toEqual({
      ...before,
      status: 'throttled',
      reason: 'busy',
      triedAt: at,
    })
  })

  it('finds what is new since the answer before, for a tenant that had one', () => {
    const before = tenantOf('a', { counts: countsOf(bySeverity(3), at - 900_000) })
    const hours = [{ startsAt: at - 4_500_000, total: 5, bySeverity: bySeverity(5) }]
    const ok: Outcome = { at, status: 'ok', counts: { ...countsOf(bySeverity(5), at), hours } }
    expect(mergeOutcome(before, ok).news).toEqual({
      since: at - 900_000,
      total: 2,
      bySeverity: bySeverity(2),
    })
    expect(mergeOutcome(tenantOf('b'), ok).news).toBeUndefined()
  })

  it('says what is to be said about figures that are ok', () => {
    const counts = { ...countsOf(bySeverity(1)), remark: 'Odd.' }
    const before = tenantOf('a', { status: 'failed', reason: 'Before.' })
    expect(mergeOutcome(before, { at, status: 'ok', counts })).toMatchObject({
      status: 'ok',
      reason: 'Odd.',
      triedAt: at,
    })
  })
})
