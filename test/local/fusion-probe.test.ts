import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { probeFusion, runFusionProbe } from '../../local/fusion-probe.ts'
import { connectForProbe, type ProbeConnection } from '../../local/fusion-probe-connection.ts'
import { shapeOf, withoutIds } from '../../local/fusion-shape.ts'
import type { SimulatorOptions } from '../../local/simulator/options.ts'
import { type Simulator, startSimulator } from '../../local/simulator/server.ts'

const now = Date.UTC(2026, 10, 22, 10, 20)
const moved = { name: 'SECRETNAME moved', movedAt: now - 9e7, detectionsPerDay: 500, access: 'ok' as const }
const unmoved = { name: 'SECRETNAME unmoved', access: 'ok' as const }
let simulator: Simulator
let connection: ProbeConnection

afterEach(async () => {
  await connection.close()
  await simulator.close()
})

/** The report on a simulated Fusion, whose clock stands still. */
async function probe(
  options: SimulatorOptions = {},
  faults: Parameters<Simulator['faults']['add']>[0][] = [],
) {
  simulator = await startSimulator({
    tenants: [unmoved, moved, unmoved],
    rateLimits: '',
    clock: () => now,
    ...options,
  })
  for (const fault of faults) simulator.faults.add(fault)
  connection = await connectForProbe({
    SOPHOS_CLIENT_ID: 'demo-client',
    SOPHOS_CLIENT_SECRET: 'demo-secret',
    SOPHOS_ID_URL: simulator.url,
    SOPHOS_API_URL: simulator.url,
    SOPHOS_RATE_LIMITS: '1000/s',
  })
  return probeFusion({ ...connection, now: () => now })
}

describe('the live probe', () => {
  it('asks the seven questions, read-only, and says which settings may be switched on', async () => {
    const report = await probe()
    for (const n of [1, 2, 3, 4, 5, 6, 7]) expect(report).toContain(`**${n}. `)
    expect(report).toMatch(/1 moved, 1 not moved, 0 failed/)
    expect(report).toMatch(/FUSION_COUNTS=auto may be switched on; hours can be had/)
    expect(report).toMatch(/the thresholds of the severities are right: every severity is the same as in 2/)
    expect(report).toMatch(/FUSION_ALL_TENANTS=on may be switched on/)
    const asked = simulator.log.filter(({ endpoint }) => endpoint === 'fusion')
    expect(asked.map(({ operation }) => operation)).toEqual([
      'MigrationProbe',
      'MigrationProbe',
      'TenantCounts',
      'ByBuckets',
      'ByAggregate',
      'AllTenants',
      'AllTenants',
      'AllTenants',
      'Context',
    ])
  })

  it.each([
    ['as it should be', {}, []],
    ['with numbers for tenants', { fusion: { ids: 'numbers' as const } }, []],
    ['refusing', {}, [{ endpoint: 'fusion' as const, kind: 'status' as const, status: 403 }]],
    [
      'answering nonsense',
      {},
      [{ endpoint: 'fusion' as const, kind: 'status' as const, status: 200, body: {} }],
    ],
  ])('names no tenant, no id and no secret, with Fusion %s', async (_, options, faults) => {
    const report = await probe(options, faults)
    expect(report.length).toBeGreaterThan(300)
    expect(report).not.toMatch(/SECRETNAME|demo-secret|Bearer/)
    expect(report).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/i)
    for (const { id } of simulator.world.tenants) expect(report).not.toContain(id)
  })

  it.each([
    [
      'counts by tenant are numbered otherwise',
      { fusion: { ids: 'numbers' as const } },
      [],
      /FUSION_ALL_TENANTS=on must stay off/,
    ],
    ['the account names nobody', { fusion: { parent: false } }, [], /FUSION_ALL_TENANTS=on must stay off/],
    [
      'a count is an error',
      {},
      [{ kind: 'fusionField' as const, field: 'day_low', as: 'error' as const }],
      /nothing that FUSION_COUNTS=auto could be switched on for/,
    ],
    [
      'moments are not understood',
      {},
      [{ kind: 'fusionField' as const, field: 'sinceHour_low', as: 'INVALID_REQUEST' as const }],
      /FUSION_COUNTS=auto may be switched on; hours cannot be had/,
    ],
    [
      'nobody has moved',
      { tenants: [unmoved] },
      [],
      /none among the tenants looked at, 1.*\n.*\n(?:.*\n)*.*of a tenant that did not move/,
    ],
  ])('says so where %s', async (_, options, faults, said) => {
    expect(await probe(options, faults)).toMatch(said)
  })

  it('runs by itself against a simulation, and says that this proves nothing', async () => {
    await probe()
    const written: string[] = []
    await runFusionProbe({}, text => written.push(text))
    expect(written.join('')).toMatch(/^This asks a simulation and proves nothing/)
    expect(written.join('')).toContain('## Sophos Fusion, asked live')
    await expect(runFusionProbe({ SOPHOS_CLIENT_ID: 'x' }, () => undefined)).rejects.toThrow(/Only one of/)
  })
})

describe('the shape of an answer', () => {
  it('holds no text of it, but for the statuses that Fusion names', async () => {
    await probe()
    fc.assert(
      fc.property(fc.string({ minLength: 30, unit: 'grapheme' }), text => {
        expect(shapeOf({ a: [text, { b: text }] })).not.toContain(text)
      }),
    )
    expect(shapeOf({ status: 'OK', n: [1, 2], t: 'ACME', none: null })).toBe(
      '{ status: OK, n: [2 × a number], t: a text, none: null }',
    )
    expect(
      withoutIds(
        'record 11111111-1111-4111-8111-111111111111 of 1234567 at https://x.example/y, me@example.com',
      ),
    ).toBe('record <a UUID> of <digits> at <a URL> <an address>')
  })
})
