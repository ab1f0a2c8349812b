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

  it('adds new critical and high detections to those that were not announced yet', () => {
    const hour = at - 3_600_000
    const answer = (critical: number, high: number, minutes: number): Outcome => ({
      at: at + minutes * 60_000,
      status: 'ok',
      counts: {
        ...countsOf(bySeverity(critical, high), at + minutes * 60_000),
        hours: [{ startsAt: hour, total: critical + high, bySeverity: bySeverity(critical, high) }],
        answeredAt: at + minutes * 60_000 + 5,
      },
    })
    const answers = [answer(3, 0, 0), answer(4, 0, 15), answer(4, 0, 30), answer(4, 2, 45)]
    const kept = answers.map(
      (_, i) => answers.slice(0, i + 1).reduce(mergeOutcome, tenantOf('a')).unannounced,
    )
    const first = { critical: 1, high: 0, since: at, from: at + 900_005, at: at + 900_000 }
    // The first answer is not news.
    expect(kept).toEqual([undefined, first, first, { ...first, high: 2, at: at + 2_700_000 }])
  })

  it('has no unannounced news where nothing critical or high is new', () => {
    const before = tenantOf('a', { counts: countsOf(bySeverity(0), at - 900_000) })
    const low: Outcome = { at, status: 'ok', counts: countsOf(bySeverity(0, 0, 5, 5, 5)) }
    expect(mergeOutcome(before, low)).toMatchObject({ news: { total: 15 }, unannounced: undefined })
  })

  it('passes over an answer whose figures are older than those that are known', () => {
    const counts = countsOf(bySeverity(3), at)
    const news = { since: at - 900_000, total: 1, bySeverity: bySeverity(1) }
    const unannounced = { critical: 1, high: 0, since: at - 900_000, from: at, at }
    const before = tenantOf('a', { counts, news, unannounced })
    const late = { ...countsOf(bySeverity(1), at - 7_200_000), answeredAt: at + 900_000, remark: 'Old.' }
    const outcome: Outcome = { at: at + 900_000, status: 'ok', counts: late }
    expect(mergeOutcome(before, outcome)).toEqual({
      ...before,
      reason: 'Old. The newer figures from before are kept.',
      triedAt: at + 900_000,
    })
    // Figures from the future are no figures to keep: a clock was wrong.
    const future = { ...before, counts: countsOf(bySeverity(3), at + 86_400_000) }
    expect(mergeOutcome(future, outcome)).toMatchObject({ counts: late, news: undefined, unannounced })
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
