import { describe, expect, it } from 'vitest'
import { concludeRun, concludeWithoutList } from '../../../lambda/publish/message.ts'
import type { Tenant } from '../../../lambda/tenant.ts'
import { tenantOf } from '../tenants.ts'

const ok = { status: 'ok' } as const
const no = (status: 'forbidden' | 'failed' | 'inactive') => ({ status, reason: `It is ${status}.` })

/** A run over these tenants; those without a state were not asked. */
function conclude(tries: Record<string, Partial<Tenant> | undefined>, endedBy?: string) {
  const entries = Object.entries(tries)
  return concludeRun({
    tenants: entries.map(([id, state]) => tenantOf(id, state ?? { status: 'pending' })),
    asked: new Set(entries.flatMap(([id, state]) => (state ? id : []))),
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
    ['failed', { a: no('failed'), b: no('failed') }, 'No tenant could be collected: 2 failed. It is failed.'],
  ])('is %s for %o', (result, tries, message) => {
    expect(conclude(tries)).toEqual({ result, message })
  })

  it('tells who is left for the next run, and why', () => {
    expect(conclude({ a: ok, b: undefined }, 'The budget of 1000/h has no room before 14:05')).toEqual({
      result: 'partial',
      message:
        'Collected 1 of 2 tenants in 2 min 20 s. 1 tenant left for the next run: The budget of 1000/h has no room before 14:05.',
    })
  })

  it('is a failure without a list, unless only the budget was spent', () => {
    expect(concludeWithoutList({ endedBy: 'failure', message: 'No token.' }).result).toBe('failed')
    expect(concludeWithoutList({ endedBy: 'budget', message: 'No room.' })).toEqual({
      result: 'partial',
      message: 'No room. The figures are those of earlier runs.',
    })
  })
})
