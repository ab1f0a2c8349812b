import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Fault, FaultKind } from '../../../local/simulator/faults.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { mostInWindow } from '../../virtual-sophos.ts'

const dayMs = 86_400_000
const tenants = Array.from({ length: 60 }, (_, n) => ({
  access: 'ok' as const,
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
}))

const kinds: FaultKind[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, body: '<html>' },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, headers: { 'retry-after': '45' } },
  { kind: 'status', status: 403, body: { error: 'forbidden' } },
  { kind: 'reset' },
  { kind: 'hang' },
  { kind: 'garbage', as: 'html' },
  { kind: 'noSeverities' },
  { kind: 'expireTokens' },
]
const fault: fc.Arbitrary<Fault> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    endpoint: fc.constantFrom(
      'token',
      'whoami',
      'partnerTenants',
      'counts',
      'runStart',
      'runStatus',
      'runResults',
      undefined,
    ),
    every: fc.integer({ min: 1, max: 9 }),
    times: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ kind, endpoint, every, times }) => ({ ...kind, ...(endpoint && { endpoint }), every, times }))

const step = fc.record({
  pauseMs: fc.integer({ min: 0, max: 1_200_000 }),
  remainingMs: fc.integer({ min: 8_000, max: 870_000 }),
  trigger: fc.constantFrom('schedule' as const, 'manual' as const),
  faults: fc.array(fault, { maxLength: 3 }),
  /** The wall clock is set back before this run; by nothing in most. */
  setBackMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 7_200_000 }) },
  ),
})

it('whatever the schedule, the network and the clock do: no window is exceeded, no tenant is lost, and every count is one that Sophos gave', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 7 }),
      fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 3_000 })),
      fc.integer({ min: 1, max: 1_000 }),
      async (steps, [least, more], seed) => {
        const installation = virtualInstallation({
          simulator: { seed, tenants, rateLimits: '10/s 40/m 150/h' },
          latencyMs: [least, least + more],
        })
        const { sophos, clock } = installation
        const given = new Map<string, Set<number>>()
        sophos.onCounts((tenantId, total) =>
          given.set(tenantId, (given.get(tenantId) ?? new Set()).add(total)),
        )
        let listed = false
        let setBackMs = 0
        for (const { pauseMs, faults, ...how } of steps) {
          const removals = faults.map(sophos.faults.add)
          setBackMs += how.setBackMs
          const outcome = await installation.run({ ...how, setBackMs })
          for (const remove of removals) remove()
          listed ||= installation.facts.some(([fact]) => fact === 'tenants listed')
          const rows = installation.bucket.text('detections.csv') ? installation.rows() : []
          expect(rows).toHaveLength(listed ? 60 : 0)
          for (const { ID = '', Detections_Total, Method } of rows) {
            // What the query API answers is counted here, not there.
            if (Detections_Total && Method === 'counts')
              expect(given.get(ID)).toContain(Number(Detections_Total))
          }
          expect('report' in outcome || how.setBackMs > 0).toBe(true)
          await installation.pass(pauseMs)
        }
        expect(mostInWindow(sophos.received, 1_000)).toBeLessThanOrEqual(10)
        expect(mostInWindow(sophos.received, 60_000)).toBeLessThanOrEqual(40)
        expect(mostInWindow(sophos.received, 3_600_000)).toBeLessThanOrEqual(150)
        expect(clock.now()).toBeLessThan(Date.UTC(2026, 10, 22, 10) + dayMs)
      },
    ),
    { numRuns: 15 },
  )
}, 60_000)
