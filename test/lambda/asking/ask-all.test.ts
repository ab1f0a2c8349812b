import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../local/simulator/faults.ts'
import type { TenantSpec } from '../../../local/simulator/tenants.ts'
import { mostInWindow } from '../../virtual-sophos.ts'
import { virtualAsker } from '../virtual-asker.ts'

const tenants = (count: number, region: 'eu01' | 'us03'): TenantSpec[] =>
  Array.from({ length: count }, () => ({ access: 'ok', region, detectionsPerDay: 20 }))

/** Every eleventh tenant is of the region in trouble, or all of those come first. */
const estates = {
  'spread over the list': Array.from({ length: 330 }, (_, n) =>
    tenants(1, n % 11 === 5 ? 'eu01' : 'us03'),
  ).flat(),
  'at its head': [...tenants(30, 'eu01'), ...tenants(300, 'us03')],
}

const troubles = {
  '5xx': { kind: 'status', status: 503 },
  resets: { kind: 'reset' },
  hangs: { kind: 'hang' },
} as const satisfies Record<string, Fault>

const seconds = (times: Iterable<number>) => Math.round(Math.max(...times) / 1_000)

describe('a region in trouble', () => {
  for (const [where, estate] of Object.entries(estates)) {
    for (const [what, fault] of Object.entries(troubles)) {
      it(`does not hold up the others: it ${what}, and is ${where}`, async () => {
        const limits = '10/s 100/m'
        const run = virtualAsker({ tenants: estate, limits })
        run.sophos.faults.add({ ...fault, region: 'eu01' })
        await run.collect()
        expect(run.collectedAt.size).toBe(300)
        // At 100 a minute the 300 take three minutes. The trouble costs one request's time-out at the most.
        expect(seconds(run.collectedAt.values())).toBeLessThanOrEqual(what === 'hangs' ? 215 : 185)
        const wasted = run.calls.filter(({ region }) => region === 'eu01').length
        expect(wasted).toBeLessThanOrEqual(30)
        for (const [limit, periodMs] of [
          [10, 1_000],
          [100, 60_000],
        ] as const)
          expect(mostInWindow(run.sophos.received, periodMs)).toBeLessThanOrEqual(limit)
        const failed = [...run.outcomes().values()].filter(({ status }) => status === 'failed')
        expect(failed).toHaveLength(30)
      })
    }
  }

  it('costs the next run no more than a few probes, and its rows say since when', async () => {
    const estate = estates['at its head']
    const first = virtualAsker({ tenants: estate, limits: '10/s 100/m' })
    first.sophos.faults.add({ ...troubles.hangs, region: 'eu01' })
    await first.collect()
    const { clock } = first
    await clock.drive(clock.sleep(600_000))
    const breakers = JSON.parse(JSON.stringify(first.endpoints.remembered()))
    const next = virtualAsker({ tenants: estate, limits: '10/s 100/m', breakers, clock })
    next.sophos.faults.add({ ...troubles.hangs, region: 'eu01' })
    await next.collect()
    expect(next.calls.filter(({ region }) => region === 'eu01').length).toBeLessThanOrEqual(4)
    expect(seconds(next.collectedAt.values())).toBeLessThan(200)
    const reasons = new Set(
      [...next.outcomes().values()].flatMap(outcome => (outcome.status === 'ok' ? [] : [outcome.reason])),
    )
    expect([...reasons]).toContainEqual(
      expect.stringMatching(
        /^Region eu01 has given no figures since 2026-11-22 10:00 UTC \(it cannot be reached: no answer within 30 seconds\); it is asked again from 2026-11-22 10:\d\d UTC\.$/,
      ),
    )
  })

  it('that was away for a moment loses no tenant: they are asked again at the end of the run', async () => {
    const run = virtualAsker({ tenants: estates['at its head'], limits: '10/s 100/m' })
    const recover = run.sophos.faults.add({ ...troubles['5xx'], region: 'eu01' })
    const later = run.clock.sleep(20_000).then(recover)
    await Promise.all([run.collect(), later])
    expect(run.collectedAt.size).toBe(330)
    expect(run.changes.map(({ text }) => text)).toContain('endpoint up again')
  })

  it('is waited for, and not for ever, where it is the only one', async () => {
    const run = virtualAsker({ tenants: tenants(50, 'eu01'), limits: '10/s 100/m' })
    run.sophos.faults.add({ ...troubles['5xx'], region: 'eu01' })
    const startedAt = run.clock.now()
    await run.collect()
    expect(run.collectedAt.size).toBe(0)
    expect(run.outcomes().size).toBe(50)
    expect(run.clock.now() - startedAt).toBeLessThan(180_000)
    expect(run.calls.length).toBeLessThan(60)
  })

  it('of which only the counts are down is collected by queries, and by counts again once a probe is answered', async () => {
    const run = virtualAsker({ tenants: tenants(200, 'eu01'), limits: '50/s 3000/m' })
    const startedAt = run.clock.now()
    const recover = run.sophos.faults.add({ ...troubles['5xx'], endpoint: 'counts' })
    const later = run.clock.sleep(12_000).then(recover)
    await Promise.all([run.collect(), later])
    const methods = [...run.outcomes().values()].map(outcome =>
      outcome.status === 'ok' ? outcome.counts?.method : outcome.status,
    )
    expect(methods.filter(method => method === 'query').length).toBeGreaterThan(20)
    expect(methods.filter(method => method === 'counts').length).toBeGreaterThan(20)
    expect(methods.every(method => method === 'query' || method === 'counts')).toBe(true)
    const inVain = run.calls.filter(({ endpoint, at }) => endpoint === 'counts' && at < startedAt + 12_000)
    expect(inVain.length).toBeLessThan(40)
  })
})

describe('a limit that is shared with others', () => {
  it('is found by the 429s: the pace falls, few more come, and all tenants are collected', async () => {
    const run = virtualAsker({
      tenants: tenants(300, 'us03'),
      limits: '10/s 100/m',
      serverLimits: '5/s 60/m',
    })
    await run.collect()
    expect(run.collectedAt.size).toBe(300)
    expect(run.client.calls.throttled).toBeLessThan(15)
    // The least possible is 300 s.
    expect(seconds(run.collectedAt.values())).toBeLessThan(480)
    expect(run.log[0]).toBe('pace lowered to 50 % of 10/s 100/m')
    expect(run.log).toContain('pace raised to 63 % of 10/s 100/m')
  })
})
