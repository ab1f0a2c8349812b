import { describe, expect, it } from 'vitest'
import type { PoolEnd } from '../../../lambda/asking/worker-pool.ts'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { OutOfBudgetError } from '../../../lambda/pacing/gate.ts'
import { concludeRun, concludeWithoutList } from '../../../lambda/run/conclusion.ts'
import { CredentialsError, RefusedError } from '../../../lambda/sophos/errors.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { tenantOf } from '../tenants.ts'

const ok = { status: 'ok' } as const
const no = (status: 'forbidden' | 'failed' | 'inactive' | 'moved') => ({ status, reason: `It is ${status}.` })

/** A run over these tenants; those without a state were not asked. */
function conclude(tries: Record<string, Partial<Tenant> | undefined>, endedBy?: PoolEnd) {
  const entries = Object.entries(tries)
  return concludeRun({
    tenants: entries.map(([id, state]) => tenantOf(id, state ?? { status: 'pending' })),
    datasets: [detections],
    asked: new Map([[detections, new Set(entries.flatMap(([id, state]) => (state ? id : [])))]]),
    durationMs: 140_000,
    endedBy,
  })
}

describe('the conclusion of a run', () => {
  it.each([
    ['complete', { a: ok, b: ok }, 'Collected 2 of 2 tenants in 2 min 20 s.'],
    ['complete', { a: ok }, 'Collected 1 of 1 tenant in 2 min 20 s.'],
    [
      'complete',
      { a: ok, b: no('forbidden'), c: no('inactive'), d: no('forbidden') },
      'Collected 1 of 4 tenants in 2 min 20 s. 3 need attention: 1 inactive, 2 forbidden.',
    ],
    [
      'complete',
      { a: ok, b: no('failed') },
      'Collected 1 of 2 tenants in 2 min 20 s. 1 needs attention: 1 failed.',
    ],
    [
      'complete',
      { a: no('inactive') },
      'Collected 0 of 1 tenant in 2 min 20 s. 1 needs attention: 1 inactive.',
    ],
    ['complete', {}, 'The credential sees no tenants.'],
    [
      'complete',
      { a: ok, b: no('moved') },
      'Collected 1 of 2 tenants in 2 min 20 s. 1 tenant moved to Sophos Fusion and has no counts here.',
    ],
    ['failed', { a: no('failed'), b: no('failed') }, 'No tenant could be collected: 2 failed. It is failed.'],
  ])('is %s for %o', (result, tries, message) => {
    expect(conclude(tries)).toMatchObject({ result, message })
  })

  it('says how many are left for the next run, and why', () => {
    expect(
      conclude(
        { a: ok, b: undefined },
        new OutOfBudgetError(0, 'There is no room in the budget of 1000/h before 14:05'),
      ),
    ).toMatchObject({
      result: 'partial',
      message:
        'Collected 1 of 2 tenants in 2 min 20 s. 1 tenant left for the next run: There is no room in the budget of 1000/h before 14:05.',
    })
  })

  it('is no failure where it only got to tenants without a licence, and one where nothing answered', () => {
    expect(conclude({ a: no('forbidden'), b: undefined }).result).toBe('partial')
    expect(conclude({ a: no('forbidden'), b: no('forbidden') }).result).toBe('failed')
    expect(conclude({ a: no('failed'), b: undefined }).result).toBe('failed')
  })

  it('is a failure where the credentials were refused in the middle, whatever was collected before', () => {
    const refused = new CredentialsError(new RefusedError(401, { text: 'Unauthorized' }))
    expect(conclude({ a: ok, b: undefined }, refused)).toMatchObject({
      result: 'failed',
      message: expect.stringMatching(
        /1 tenant left for the next run: Sophos refused the credentials.*Management\.$/,
      ),
    })
  })

  it('is a failure without a list, unless only the budget was spent', () => {
    expect(concludeWithoutList({ endedBy: 'failure', message: 'No token.', canAsk: false }).result).toBe(
      'failed',
    )
    expect(concludeWithoutList({ endedBy: 'budget', message: 'No room.', canAsk: false })).toMatchObject({
      result: 'partial',
      message: 'No room. The figures are those of earlier runs.',
    })
  })
})
