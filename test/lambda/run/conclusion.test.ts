import { describe, expect, it } from 'vitest'
import type { PoolEnd } from '../../../lambda/asking/worker-pool.ts'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { OutOfBudgetError } from '../../../lambda/pacing/gate.ts'
import { concludeRun, concludeWithoutList } from '../../../lambda/run/conclusion.ts'
import { CredentialsError, RefusedError } from '../../../lambda/sophos/errors.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

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
    plannedCycle: 900_000,
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
    [
      'failed',
      { a: no('failed'), b: no('failed') },
      'No tenant could be collected: 2 failed. In eu01: It is failed. The next run asks again; https://status.sophos.com may know more.',
    ],
  ])('is %s for %o', (result, tries, message) => {
    expect(conclude(tries)).toMatchObject({ result, message })
  })

  it('says how many are left for the next run, and why', () => {
    expect(
      conclude(
        { a: ok, b: undefined },
        new OutOfBudgetError('There is no room in the budget of 1000/h before 14:05'),
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

  it('is a failure where Sophos refuses all that it asked and used to answer, even if others wait', () => {
    const answered = (hoursAgo: number) => countsOf(bySeverity(0), at - hoursAgo * 3_600_000)
    const lost = { ...no('forbidden'), counts: answered(1) }
    expect(conclude({ a: lost, b: undefined })).toMatchObject({
      result: 'failed',
      message:
        'No tenant could be collected: 1 forbidden. It is forbidden. Sophos used to answer: check in Sophos Central that the credential still has its role.',
    })
    // Seen from the newest figures of all: these two lost their licences long ago.
    const longAgo = { ...no('forbidden'), counts: answered(500) }
    expect(conclude({ a: longAgo, b: longAgo, c: undefined, d: { ...ok, counts: answered(0) } }).result).toBe(
      'partial',
    )
  })

  it('names all regions in trouble with their reasons, says once what they share, and what to do', () => {
    const inRegion = (region: string, reason?: string) =>
      reason ? { region, status: 'failed' as const, reason } : { region, ...ok }
    const down = (region: string) => `Region ${region} has given no counts since 10:05 (it answers 503).`
    const shared = 'The query API could answer instead.'
    const { result, message } = conclude({
      ...{
        a: inRegion('eu01', `${down('eu01')} ${shared}`),
        b: inRegion('eu01', `${down('eu01')} ${shared}`),
      },
      ...{
        c: inRegion('us03', `${down('us03')} ${shared}`),
        d: inRegion('us03', `${down('us03')} ${shared}`),
      },
      ...{
        e: inRegion('in01', 'Sophos answered 400 (correlation id 1).'),
        f: inRegion('in01', 'Sophos answered 400.'),
      },
      ...{ g: inRegion('ca01', 'Odd.'), h: inRegion('ca01'), i: inRegion('ca01') },
    })
    expect([result, message]).toEqual([
      'complete',
      `Collected 2 of 9 tenants in 2 min 20 s. 7 need attention: 7 failed. ${down('eu01')} ${shared} ${down('us03')} In in01: Sophos answered 400. The next run asks again; https://status.sophos.com may know more.`,
    ])
  })

  it('leaves tenants that rest, since Sophos refuses them, for no run', () => {
    const rests = { ...no('forbidden'), triedAt: at }
    const tenants = [tenantOf('a', ok), tenantOf('b', rests)]
    const asked = new Map([[detections, new Set(['a'])]])
    const run = { tenants, asked, durationMs: 1_000, endedBy: undefined }
    expect(concludeRun({ ...run, datasets: [detections], plannedCycle: 900_000 })).toMatchObject({
      result: 'complete',
      message: 'Collected 1 of 2 tenants in 1 s. 1 needs attention: 1 forbidden.',
    })
    // Where no other is left, that is worth an alarm in every run, not only in the one that asked.
    const alone = {
      ...run,
      tenants: [tenantOf('b', rests)],
      asked: new Map([[detections, new Set<string>()]]),
    }
    expect(concludeRun({ ...alone, datasets: [detections], plannedCycle: 900_000 })).toMatchObject({
      result: 'failed',
      message: 'No tenant could be collected: 1 forbidden. It is forbidden.',
    })
  })

  it('is calm where the calls of this run are spent', () => {
    expect(
      conclude({ a: undefined }, new OutOfBudgetError("This run's share of 1000/h is used")),
    ).toMatchObject({
      result: 'partial',
      message: "No tenant was asked in this run: This run's share of 1000/h is used. The next run goes on.",
    })
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
    expect(concludeWithoutList({ endedBy: 'failure', message: 'No token.', canAsk: false }, 0)).toEqual({
      result: 'failed',
      message: 'No token. There are no figures yet.',
    })
    expect(concludeWithoutList({ endedBy: 'budget', message: 'No room.', canAsk: false }, 3)).toMatchObject({
      result: 'partial',
      message:
        'No tenant was asked in this run: No room. The next run goes on. The figures are those of earlier runs.',
    })
  })
})
