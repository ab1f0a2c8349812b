import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tenantApis } from '../../../lambda/doctor/catalogue.ts'
import type { SourceReport } from '../../../lambda/doctor/report.ts'
import { rememberMoved } from '../../../lambda/fusion/guard/register.ts'
import type { Fault, FaultKind } from '../../../local/simulator/faults.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { mostInWindow } from '../../virtual-sophos.ts'
import { virtualVisit } from './virtual-visit.ts'

const refused = {
  error: 'forbidden',
  message: 'Forbidden',
  correlationId: '5867cac9-997a-43fe-bb6c-e5fd9f994503',
}
const ok = { access: 'ok' } as const
const apis = tenantApis.length

/** How the answers of one API came out. */
const of = (report: SourceReport, id: string) => report.apis.find(api => api.id === id)?.byFinding

/** The remedies in short: finding, API, tenants, and whether there is something to mend. */
const remedies = (report: SourceReport) =>
  report.remedies.map(
    ({ finding, api, tenants, mend }) => `${mend ? 'mend' : 'know'} ${finding} ${api} ${tenants}`,
  )

function addsUp(report: SourceReport): void {
  const sum: Record<string, number> = {}
  for (const { byFinding } of report.apis)
    for (const [finding, count] of Object.entries(byFinding)) sum[finding] = (sum[finding] ?? 0) + count
  expect(report.summary.byFinding).toEqual(sum)
  for (const { id, level, byFinding } of report.apis) {
    const count = Object.values(byFinding).reduce((total, n) => total + n, 0)
    expect(count).toBe(level === 'tenant' ? report.summary.examined : 1)
    if (level !== 'tenant') continue
    for (const [finding, n] of Object.entries(byFinding))
      expect(report.tenants.filter(({ findings }) => findings[id] === finding)).toHaveLength(n)
  }
  const mend = report.remedies.filter(remedy => remedy.mend)
  expect(report.summary.toMend).toBe(mend.length)
  expect(report.summary.toKnow).toBe(report.remedies.length - mend.length)
}

describe('a world', () => {
  const four = [...Array(4)].map(() => ok)
  type World = Parameters<typeof virtualVisit>[0]
  type Row = readonly [
    world: string,
    options: World,
    faults: readonly Fault[],
    expected: {
      result: SourceReport['result']
      remedies: readonly string[]
      byFinding: Readonly<Record<string, number>>
      message?: RegExp
    },
  ]
  const partner = 6
  const worlds: Row[] = [
    [
      'in which everything works',
      { tenants: four },
      [],
      { result: 'complete', remedies: [], byFinding: { works: partner + 4 * apis } },
    ],
    [
      'of an organization',
      { idType: 'organization', tenants: four },
      [],
      { result: 'complete', remedies: [], byFinding: { works: 3 + 4 * apis } },
    ],
    [
      'of one tenant',
      { idType: 'tenant', tenants: [ok] },
      [],
      { result: 'complete', remedies: [], byFinding: { works: 2 + apis } },
    ],
    [
      'with a wrong secret',
      { secret: 'another' },
      [],
      {
        result: 'failed',
        remedies: ['mend no_permission token 0'],
        byFinding: { no_permission: 1 },
        message: /^Token could not be had: .*invalid_client_secret.*No tenant was examined\.$/,
      },
    ],
    [
      'whose id.sophos.com does not answer',
      {},
      [{ kind: 'reset', endpoint: 'token' }],
      { result: 'failed', remedies: ['mend unreachable token 0'], byFinding: { unreachable: 1 } },
    ],
    [
      'whose listing is answered 504',
      {},
      [{ kind: 'status', status: 504, endpoint: 'partnerTenants', body: '<html>504' }],
      {
        result: 'failed',
        remedies: ['mend server_trouble partner-tenants 0'],
        byFinding: { works: 2, server_trouble: 1 },
        message: /^Partner's tenants could not be had: HTTP 504\. No tenant was examined\.$/,
      },
    ],
    [
      'with 3 tenants without licence and 2 that are not activated',
      {
        tenants: [
          ...[...Array(3)].map(() => ({ access: 'unlicensed' as const })),
          ...[...Array(2)].map(() => ({ apiHost: null })),
          ...four,
        ],
      },
      [],
      {
        result: 'complete',
        remedies: ['mend not_activated all 2', 'mend not_licensed detections-counts 3'],
        byFinding: { works: partner + 3 * 4 + 4 * apis, not_licensed: 3 * 3, not_activated: 2 * apis },
      },
    ],
    [
      'whose region br01 is down',
      { tenants: [{ region: 'br01' }, { region: 'br01' }, { region: 'eu01', access: 'ok' }] },
      [{ kind: 'hang', region: 'br01' }],
      {
        result: 'complete',
        remedies: ['mend unreachable all 2'],
        byFinding: { works: partner + apis, unreachable: 2 * apis },
      },
    ],
    [
      'whose region br01 answers 503',
      { tenants: [{ region: 'br01' }, { region: 'br01' }, { region: 'eu01', access: 'ok' }] },
      [{ kind: 'status', status: 503, region: 'br01' }],
      {
        result: 'complete',
        remedies: ['mend server_trouble all 2'],
        byFinding: { works: partner + apis, server_trouble: 2 * apis },
      },
    ],
    [
      'in which the role is too small for the query API',
      { tenants: four },
      [{ kind: 'status', status: 403, endpoint: 'runStart', body: refused }],
      {
        result: 'complete',
        remedies: ['know no_permission detections-query 4'],
        byFinding: { works: partner + 4 * (apis - 1), no_permission: 4 },
      },
    ],
    [
      'in which the role is too small for the counts',
      { tenants: four },
      [{ kind: 'status', status: 403, endpoint: 'counts', body: refused }],
      {
        result: 'complete',
        remedies: ['mend no_permission detections-counts 4'],
        byFinding: { works: partner + 4 * (apis - 1), no_permission: 4 },
      },
    ],
    [
      'in which everything is refused at every tenant, so that nothing tells why',
      { tenants: four.map(() => ({ access: 'unmanaged' as const })) },
      [],
      {
        result: 'complete',
        remedies: ['mend forbidden all 4'],
        byFinding: { works: partner, forbidden: 4 * apis },
      },
    ],
    [
      'in which one tenant is not managed',
      { tenants: [{ access: 'unmanaged' }, ...four] },
      [],
      {
        result: 'complete',
        remedies: ['mend not_managed all 1'],
        byFinding: { works: partner + 4 * apis, not_managed: apis },
      },
    ],
    [
      'whose counts come without severities',
      { tenants: four },
      [{ kind: 'noSeverities', endpoint: 'counts' }],
      {
        result: 'complete',
        remedies: ['mend unknown_shape detections-counts 4'],
        byFinding: { works: partner + 4 * (apis - 1), unknown_shape: 4 },
      },
    ],
    [
      'in which something else answers with HTML',
      { tenants: four },
      [{ kind: 'garbage', as: 'html', endpoint: 'alerts' }],
      {
        result: 'complete',
        remedies: ['know unknown_shape alerts 4'],
        byFinding: { works: partner + 4 * (apis - 1), unknown_shape: 4 },
      },
    ],
    [
      'in which an API is gone',
      { tenants: four },
      [{ kind: 'status', status: 404, endpoint: 'cases', body: { error: 'notFound' } }],
      {
        result: 'complete',
        remedies: ['know wrong_address cases 4'],
        byFinding: { works: partner + 4 * (apis - 1), wrong_address: 4 },
      },
    ],
    [
      'whose listing names a foreign host',
      { tenants: [ok, { access: 'ok', apiHost: 'https://evil.example' }] },
      [],
      {
        result: 'complete',
        remedies: ['mend wrong_address all 1'],
        byFinding: { works: partner + apis, wrong_address: apis },
      },
    ],
    [
      'whose partner may not see the billing',
      { tenants: [ok, ok] },
      [{ kind: 'status', status: 403, endpoint: 'partnerBilling', body: refused }],
      {
        result: 'complete',
        remedies: ['know no_permission partner-billing 0'],
        byFinding: { works: partner - 1 + 2 * apis, no_permission: 1 },
      },
    ],
    [
      'whose listing does not tell how many pages it has',
      { tenants: four },
      [{ kind: 'noPageTotal' }],
      {
        result: 'complete',
        remedies: [],
        byFinding: { works: partner + 4 * apis },
      },
    ],
    [
      'in which a hiccup passes',
      { tenants: four },
      [{ kind: 'status', status: 502, times: 2, endpoint: 'counts' }],
      { result: 'complete', remedies: [], byFinding: { works: partner + 4 * apis } },
    ],
  ]

  it.each(worlds)('%s is told as it is', async (_, options, faults, expected) => {
    const { report: examine, sophos } = virtualVisit(options)
    for (const fault of faults) sophos.faults.add(fault)
    const report = await examine()
    expect(remedies(report)).toEqual(expected.remedies)
    expect(report.summary.byFinding).toEqual(expected.byFinding)
    expect(report.result).toBe(expected.result)
    expect(report.calls.made).toBe(sophos.received.length)
    if (expected.message) expect(report.message).toMatch(expected.message)
    addsUp(report)
  })

  it('in which the limit is reached half-way is left alone, and what was not tried is told', async () => {
    const { report: examine, sophos, progress } = virtualVisit({ tenants: [...Array(20)].map(() => ok) })
    sophos.faults.add({ kind: 'status', status: 429, endpoint: 'cases', every: 7 })
    sophos.faults.add({ kind: 'status', status: 429, endpoint: 'alerts' })
    const report = await examine()
    addsUp(report)
    expect(report.result).toBe('partial')
    expect(report.message).toMatch(/It ended early: .*\.$/)
    expect(report.summary.byFinding.throttled).toBeGreaterThan(0)
    expect(report.summary.byFinding.not_tried).toBeGreaterThan(10 * apis)
    expect(report.summary.examined).toBe(20)
    expect(progress.at(-1)).toBe('20/20')
  })

  it('of a large estate equals the truth of who has what', async () => {
    const { report: examine, sophos } = virtualVisit({ tenants: 110 })
    const report = await examine()
    addsUp(report)
    const { tenants } = sophos.world
    const inactive = tenants.filter(({ apiHost }) => apiHost === null)
    const active = tenants.filter(({ apiHost }) => apiHost !== null)
    const by = (access: string) => active.filter(tenant => tenant.access === access)
    expect(of(report, 'detections-counts')).toEqual({
      works: by('ok').length,
      not_licensed: by('unlicensed').length,
      not_managed: by('unmanaged').length,
      not_activated: inactive.length,
    })
    for (const { id, findings } of report.tenants) {
      const tenant = tenants.find(one => one.id === id)
      expect(findings['detections-counts'] === 'works').toBe(
        tenant?.access === 'ok' && tenant.apiHost !== null,
      )
    }
    expect(report.listing).toMatchObject({ tenants: 110, isComplete: true, byStatus: { active: 110 } })
    expect(report.identity).toEqual({
      idType: 'partner',
      id: sophos.central.accountId,
      tokenLifeSeconds: 3_600,
    })
  })

  it('in which a tenant was moved to Sophos Fusion tells that its counts are wrong', async () => {
    const { report: examine, sophos, bucket } = virtualVisit({ tenants: four })
    const [first] = sophos.world.tenants
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    await rememberMoved(bucket, new Map([[first?.id ?? '', Date.UTC(2026, 10, 20)]]), log)
    const report = await examine()
    addsUp(report)
    expect(remedies(report)).toEqual(['know moved detections-counts 1'])
    expect(report.remedies[0]?.examples).toMatchObject([
      { tenant: first?.id, message: 'That was found out on 2026-11-20.' },
    ])
  })
})

const fault: fc.Arbitrary<Fault> = fc
  .record({
    kind: fc.constantFrom<FaultKind>(
      { kind: 'status', status: 500 },
      { kind: 'status', status: 503, body: '<html>' },
      { kind: 'status', status: 429 },
      { kind: 'status', status: 429, headers: { 'retry-after': '45' } },
      { kind: 'status', status: 403, body: refused },
      { kind: 'status', status: 404 },
      { kind: 'status', status: 400, body: { error: 'badRequest' } },
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'garbage', as: 'html' },
      { kind: 'garbage', as: 'json' },
      { kind: 'noSeverities' },
      { kind: 'expireTokens' },
    ),
    endpoint: fc.constantFrom('token', 'whoami', 'counts', 'runStart', 'cases', 'siemEvents', undefined),
    every: fc.integer({ min: 1, max: 9 }),
    times: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ kind, endpoint, every, times }) => ({ ...kind, ...(endpoint && { endpoint }), every, times }))

it('whatever goes wrong, there is a report, its numbers add up, and no window is exceeded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 4 }),
      // From two minutes on a request has the 30 seconds after which the virtual network gives up.
      fc.integer({ min: 120_000, max: 600_000 }),
      fc.integer({ min: 1, max: 1_000 }),
      async (faults, remainingMs, seed) => {
        const {
          report: examine,
          sophos,
          clock,
        } = virtualVisit({
          seed,
          tenants: 10,
          rateLimits: '10/s 40/m 150/h',
          remainingMs,
        })
        for (const one of faults) sophos.faults.add(one)
        const before = clock.now()
        const report = await examine()
        addsUp(report)
        expect(clock.now() - before).toBeLessThan(remainingMs)
        expect(report.calls.made).toBe(sophos.received.length)
        expect(mostInWindow(sophos.received, 1_000)).toBeLessThanOrEqual(10)
        expect(mostInWindow(sophos.received, 60_000)).toBeLessThanOrEqual(40)
      },
    ),
    { numRuns: 25 },
  )
})

describe('the evidence', () => {
  it('holds the status, the words, the correlation id and the time, of three tenants at most', async () => {
    const { report: examine, sophos } = virtualVisit({ tenants: [...Array(9)].map(() => ok) })
    sophos.faults.add({ kind: 'status', status: 403, endpoint: 'counts', body: refused })
    const [remedy] = (await examine()).remedies
    expect(remedy).toMatchObject({ tenants: 9, mend: true })
    expect(remedy?.examples).toHaveLength(3)
    for (const example of remedy?.examples ?? []) {
      expect(example).toMatchObject({
        status: 403,
        message: 'Forbidden',
        correlationId: refused.correlationId,
      })
      expect(Date.parse(example.at)).toBeGreaterThan(Date.UTC(2026, 10, 22, 10))
    }
  })

  it('never holds the secret or a token', async () => {
    for (const secret of ['demo-secret', 'another-secret']) {
      const { report: examine, facts, bucket } = virtualVisit({ tenants: 20, secret })
      const written = JSON.stringify([await examine(), facts]) + bucket.keys().map(bucket.text).join('')
      expect(written.length).toBeGreaterThan(500)
      expect(written).not.toContain(secret)
      expect(written).not.toMatch(/bearer|access_token/i)
    }
  })
})

describe('its calls', () => {
  it('are as many as the catalogue has questions, and two tries where a host does not answer', async () => {
    const { report: examine, sophos } = virtualVisit({ tenants: estate(50, 'br01') })
    sophos.faults.add({ kind: 'reset', region: 'br01' })
    const { calls, summary } = await examine()
    expect(summary.byFinding.unreachable).toBe(50 * apis)
    // Token, whoami, listing, the partner's three; then four at once, and never more than it takes to see it.
    expect(calls.made).toBeLessThanOrEqual(6 + 8)
  })

  it('end before the time is up, and the rest is told as not tried', async () => {
    const {
      report: examine,
      clock,
      sophos,
    } = virtualVisit({
      tenants: estate(60, 'eu01'),
      rateLimits: '10/s 40/m',
      remainingMs: 120_000,
    })
    const before = clock.now()
    const report = await examine()
    addsUp(report)
    expect(clock.now() - before).toBeLessThan(120_000)
    expect(report).toMatchObject({ result: 'partial' })
    expect(report.summary.byFinding.not_tried).toBeGreaterThan(100)
    expect(remedies(report).filter(said => said.includes('not_tried'))).toHaveLength(1)
    expect(mostInWindow(sophos.received, 60_000)).toBeLessThanOrEqual(40)
  })

  it('share one budget with the collector before and after', async () => {
    const rateLimits = '10/s 60/m 200/h'
    const installation = virtualInstallation({ simulator: { tenants: estate(40, 'eu01'), rateLimits } })
    await installation.run()
    const { report: examine } = virtualVisit({ sample: 3, rateLimits, beside: installation })
    const { received } = installation.sophos
    const before = received.length
    const report = await examine()
    expect(report.summary.byFinding.works).toBe(6 + 3 * apis)
    expect(received.length - before).toBe(6 + 3 * apis)
    await installation.run()
    expect(mostInWindow(received, 1_000)).toBeLessThanOrEqual(10)
    expect(mostInWindow(received, 60_000)).toBeLessThanOrEqual(60)
  })

  it('are not made while a collection is under way, which is told', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: estate(40, 'eu01'), rateLimits: '10/s 60/m' },
    })
    const doctor = virtualVisit({ beside: installation })
    const running = installation.start()
    await installation.pass(1_000)
    const taken = await installation.clock.drive(doctor.start())
    expect(taken).toEqual({ since: expect.any(Number), until: expect.any(Number) })
    await expect(installation.clock.drive(running)).resolves.toMatchObject({ report: { result: 'complete' } })
  })

  it('keep a collection from starting, which is skipped', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: estate(40, 'eu01'), rateLimits: '10/s 60/m' },
    })
    const doctor = virtualVisit({ beside: installation, rateLimits: '10/s 60/m' })
    const running = doctor.start()
    await installation.pass(1_000)
    await expect(installation.run()).resolves.toEqual({
      since: expect.any(Number),
      until: expect.any(Number),
    })
    await expect(installation.clock.drive(running)).resolves.toMatchObject({ result: 'complete' })
  })

  function estate(count: number, region: 'eu01' | 'br01') {
    return Array.from({ length: count }, () => ({ access: 'ok', region }) as const)
  }
})
