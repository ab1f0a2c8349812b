import fc from 'fast-check'
import { parse, validate } from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import { startClock } from '../../../lambda/clock.ts'
import { openGate } from '../../../lambda/pacing/gate.ts'
import { fullPace } from '../../../lambda/pacing/pace.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { createClient, type SophosClient } from '../../../lambda/sophos/client.ts'
import { severities } from '../../../lambda/sophos/detections.ts'
import { RefusedError } from '../../../lambda/sophos/errors.ts'
import { readFusionAnswer } from '../../../lambda/sophos/fusion/fusion.ts'
import { httpTransport } from '../../../lambda/sophos/transport.ts'
import { allTenantsDocument, readAllTenants } from '../../../local/fusion/all-tenants.ts'
import { probeFusion } from '../../../local/fusion/probe.ts'
import { shapeOf, withoutIds } from '../../../local/fusion/shape.ts'
import { fusionSchema } from '../../../local/simulator/fusion/schema.ts'
import type { SimulatorOptions } from '../../../local/simulator/options.ts'
import { type Simulator, startSimulator } from '../../../local/simulator/server.ts'

const now = Date.UTC(2026, 10, 22, 10, 20)
const moved = { name: 'SECRETNAME moved', movedAt: now - 9e7, detectionsPerDay: 500, access: 'ok' as const }
const unmoved = { name: 'SECRETNAME unmoved', access: 'ok' as const }
let simulator: Simulator | undefined

afterEach(async () => {
  await simulator?.close()
  simulator = undefined
})

/** Returns the report on a simulated Fusion with a fixed clock. */
async function probe(
  options: SimulatorOptions = {},
  faults: Parameters<Simulator['faults']['add']>[0][] = [],
) {
  const started = await startSimulator({
    tenants: [unmoved, moved, unmoved],
    rateLimits: '',
    clock: () => now,
    ...options,
  })
  simulator = started
  for (const fault of faults) started.faults.add(fault)
  const { url, log, world } = started
  const client = clientOf(url)
  const report = await probeFusion({ client, apiUrl: url, fusionUrl: `${url}/graphql`, now: () => now })
  return { report, log, world }
}

/** Returns a client for the simulator with the real transport. */
function clientOf(url: string) {
  const clock = startClock()
  const gate = openGate({
    windows: parseRateWindows('1000/s'),
    earlierCalls: [],
    earlierPace: fullPace,
    clock,
    deadline: () => ({ at: Number.POSITIVE_INFINITY }),
    onWait: () => undefined,
    onPace: () => undefined,
  })
  return createClient({
    send: httpTransport(10_000),
    gate,
    clock,
    random: Math.random,
    deadline: Number.POSITIVE_INFINITY,
    idUrl: url,
    readCredentials: async () => ({ clientId: 'demo-client', clientSecret: 'demo-secret' }),
    onRetry: () => undefined,
  })
}

describe('the live probe', () => {
  it('shows what Fusion says as code that ends where it is to end', async () => {
    const client: SophosClient = {
      ...clientOf('http://127.0.0.1:1'),
      get: async () => ({ id: 'a', idType: 'tenant', apiHosts: {} }),
      post: () => Promise.reject(new RefusedError(400, { text: 'no ` <img src=x> | [a](b)\n# H' })),
    }
    const fusionUrl = 'https://api.example/graphql'
    const report = await probeFusion({ client, apiUrl: 'https://api.example', fusionUrl, now: () => now })
    expect(report).toContain('- answer: `HTTP 400: no ｀ <img src=x> ｜ [a](b) # H`\n')
  })

  it('runs the seven read-only tests, and reports which settings can be turned on', async () => {
    const { report, log } = await probe()
    for (const n of [1, 2, 3, 4, 5, 6, 7]) expect(report).toContain(`**${n}. `)
    expect(report).toMatch(/1 moved, 1 not moved, 0 failed/)
    expect(report).toMatch(/FUSION_COUNTS=auto can be turned on; hourly counts work/)
    expect(report).toMatch(/the severity thresholds are right: every severity is the same as in 2/)
    expect(report).toMatch(/One request for all moved tenants could replace one request for each/)
    const asked = log.filter(({ endpoint }) => endpoint === 'fusion')
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
    ['working', {}, []],
    ['using numbers for tenants', { fusion: { ids: 'numbers' as const } }, []],
    ['refusing access', {}, [{ endpoint: 'fusion' as const, kind: 'status' as const, status: 403 }]],
    [
      'sending invalid answers',
      {},
      [{ endpoint: 'fusion' as const, kind: 'status' as const, status: 200, body: {} }],
    ],
  ])('contains no tenant name, id or secret, with Fusion %s', async (_, options, faults) => {
    const { report, world } = await probe(options, faults)
    expect(report.length).toBeGreaterThan(300)
    expect(report).not.toMatch(/SECRETNAME|demo-secret|Bearer/)
    expect(report).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/i)
    for (const { id } of world.tenants) expect(report).not.toContain(id)
  })

  it.each([
    [
      'counts by tenant have other tenant numbers',
      { fusion: { ids: 'numbers' as const } },
      [],
      /One request for all moved tenants does not work/,
    ],
    [
      'the account stands for no tenants',
      { fusion: { parent: false } },
      [],
      /One request for all moved tenants does not work/,
    ],
    [
      'a count is an error',
      {},
      [{ kind: 'fusionField' as const, field: 'day_low', as: 'error' as const }],
      /settles: nothing yet, so leave FUSION_COUNTS off\./,
    ],
    [
      'Fusion rejects exact times',
      {},
      [{ kind: 'fusionField' as const, field: 'sinceHour_low', as: 'INVALID_REQUEST' as const }],
      /FUSION_COUNTS=auto can be turned on; hourly counts do not work/,
    ],
    [
      'no tenant has moved',
      { tenants: [unmoved] },
      [],
      /none of the 1 tenants probed`\n.*\n(?:.*\n)*.*use a tenant that did not move/,
    ],
  ])('reports that %s', async (_, options, faults, text) => {
    expect((await probe(options, faults)).report).toMatch(text)
  })
})

describe("all tenants' counts in one answer", () => {
  const read = (ids: readonly string[]) => {
    const items = ids.map(id => ({ count: 2, tenant: { id } }))
    const fields = severities.map(severity => [`day_${severity}`, { items }])
    return readAllTenants(readFusionAnswer({ data: Object.fromEntries(fields) }))
  }

  it('are keyed by id in lower case, and are an error if an id occurs twice', () => {
    const two = { critical: 2, high: 2, medium: 2, low: 2, info: 2 }
    expect([...read(['aa', 'B'])]).toEqual([
      ['aa', two],
      ['b', two],
    ])
    expect(() => read(['aa', 'AA'])).toThrow(/list a tenant twice/)
  })

  it('fit the published schema', () => {
    expect(validate(fusionSchema, parse(allTenantsDocument))).toEqual([])
  })
})

describe('the shape of an answer', () => {
  it('contains none of its texts, except the statuses of Fusion', () => {
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
