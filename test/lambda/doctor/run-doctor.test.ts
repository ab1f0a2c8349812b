import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tenantApis } from '../../../lambda/doctor/catalogue.ts'
import type { SourceReport } from '../../../lambda/doctor/report.ts'
import { rememberMoved } from '../../../lambda/fusion/guard/register.ts'
import { SecretError } from '../../../lambda/secret.ts'
import type { Fault, FaultKind } from '../../../local/simulator/faults.ts'
import { mostInWindow } from '../../virtual-sophos.ts'
import { expectConsistent, refused, shortRemedies, virtualDoctor } from './virtual-doctor.ts'

const ok = { access: 'ok' } as const
const apis = tenantApis.length

/** The findings of one API. */
const of = (report: SourceReport, id: string) => report.apis.find(api => api.id === id)?.byFinding

describe('the report on an account', () => {
  const four = [...Array(4)].map(() => ok)
  type Options = Parameters<typeof virtualDoctor>[0]
  type Row = readonly [
    account: string,
    options: Options,
    faults: readonly Fault[],
    expected: {
      result: SourceReport['result']
      remedies: readonly string[]
      byFinding: Readonly<Record<string, number>>
      message?: RegExp
      /** What the first remedy says. */
      text?: string
    },
  ]
  const partner = 6
  const accounts: Row[] = [
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
        message: /^Token failed: .*invalid_client_secret.*No tenant was examined\.$/,
      },
    ],
    [
      'with a secret that AWS does not hand over',
      { secretError: new SecretError('AWS did not hand over the secret arn:x: no.', 'Give the right.') },
      [],
      {
        result: 'failed',
        remedies: ['mend no_secret token 0'],
        byFinding: { no_secret: 1 },
        message: /^Token failed: AWS did not hand over the secret arn:x: no\. No tenant was examined\.$/,
        text: 'Give the right.',
      },
    ],
    [
      'with no answer from id.sophos.com',
      {},
      [{ kind: 'reset', endpoint: 'token' }],
      { result: 'failed', remedies: ['mend unreachable token 0'], byFinding: { unreachable: 1 } },
    ],
    [
      'with a 504 for the tenant list',
      {},
      [{ kind: 'status', status: 504, endpoint: 'partnerTenants', body: '<html>504' }],
      {
        result: 'failed',
        remedies: ['mend server_trouble partner-tenants 0'],
        byFinding: { works: 2, server_trouble: 1 },
        message: /^Partner's tenants failed: HTTP 504\. No tenant was examined\.$/,
      },
    ],
    [
      'with no permission for the tenant list',
      {},
      [{ kind: 'status', status: 403, endpoint: 'partnerTenants', body: refused }],
      {
        result: 'failed',
        remedies: ['mend no_permission partner-tenants 0'],
        byFinding: { works: 2, no_permission: 1 },
        message: /^Partner's tenants failed: Forbidden\. No tenant was examined\.$/,
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
      'with region br01 down',
      { tenants: [{ region: 'br01' }, { region: 'br01' }, { region: 'eu01', access: 'ok' }] },
      [{ kind: 'hang', region: 'br01' }],
      {
        result: 'complete',
        remedies: ['mend unreachable all 2'],
        byFinding: { works: partner + apis, unreachable: 2 * apis },
      },
    ],
    [
      'with 503 from region br01',
      { tenants: [{ region: 'br01' }, { region: 'br01' }, { region: 'eu01', access: 'ok' }] },
      [{ kind: 'status', status: 503, region: 'br01' }],
      {
        result: 'complete',
        remedies: ['mend server_trouble all 2'],
        byFinding: { works: partner + apis, server_trouble: 2 * apis },
      },
    ],
    [
      'with a role too small for the query API',
      { tenants: four },
      [{ kind: 'status', status: 403, endpoint: 'runStart', body: refused }],
      {
        result: 'complete',
        remedies: ['know no_permission detections-query 4'],
        byFinding: { works: partner + 4 * (apis - 1), no_permission: 4 },
      },
    ],
    [
      'with a role too small for the counts',
      { tenants: four },
      [{ kind: 'status', status: 403, endpoint: 'counts', body: refused }],
      {
        result: 'complete',
        remedies: ['mend no_permission detections-counts 4'],
        byFinding: { works: partner + 4 * (apis - 1), no_permission: 4 },
      },
    ],
    [
      'in which every tenant refuses everything, so that the reason is not clear',
      { tenants: four.map(() => ({ access: 'unmanaged' as const })) },
      [],
      {
        result: 'complete',
        remedies: ['mend forbidden all 4'],
        byFinding: { works: partner, forbidden: 4 * apis },
      },
    ],
    [
      'with one tenant that is not managed',
      { tenants: [{ access: 'unmanaged' }, ...four] },
      [],
      {
        result: 'complete',
        remedies: ['mend not_managed all 1'],
        byFinding: { works: partner + 4 * apis, not_managed: apis },
      },
    ],
    [
      'with counts without severities',
      { tenants: four },
      [{ kind: 'noSeverities', endpoint: 'counts' }],
      {
        result: 'complete',
        remedies: ['mend unknown_shape detections-counts 4'],
        byFinding: { works: partner + 4 * (apis - 1), unknown_shape: 4 },
      },
    ],
    [
      'with a proxy that answers in HTML',
      { tenants: four },
      [{ kind: 'garbage', as: 'html', endpoint: 'alerts' }],
      {
        result: 'complete',
        remedies: ['know unknown_shape alerts 4'],
        byFinding: { works: partner + 4 * (apis - 1), unknown_shape: 4 },
      },
    ],
    [
      'with an API that no longer exists',
      { tenants: four },
      [{ kind: 'status', status: 404, endpoint: 'cases', body: { error: 'notFound' } }],
      {
        result: 'complete',
        remedies: ['know wrong_address cases 4'],
        byFinding: { works: partner + 4 * (apis - 1), wrong_address: 4 },
      },
    ],
    [
      'with a foreign host in the tenant list',
      { tenants: [ok, { access: 'ok', apiHost: 'https://evil.example' }] },
      [],
      {
        result: 'complete',
        remedies: ['mend wrong_address all 1'],
        byFinding: { works: partner + apis, wrong_address: apis },
      },
    ],
    [
      'with no permission for billing',
      { tenants: [ok, ok] },
      [{ kind: 'status', status: 403, endpoint: 'partnerBilling', body: refused }],
      {
        result: 'complete',
        remedies: ['know no_permission partner-billing 0'],
        byFinding: { works: partner - 1 + 2 * apis, no_permission: 1 },
      },
    ],
    [
      'with a tenant list that does not say how many pages it has',
      { tenants: four },
      [{ kind: 'noPageTotal' }],
      {
        result: 'complete',
        remedies: [],
        byFinding: { works: partner + 4 * apis },
      },
    ],
    [
      'with trouble that passes',
      { tenants: four },
      [{ kind: 'status', status: 502, times: 2, endpoint: 'counts' }],
      { result: 'complete', remedies: [], byFinding: { works: partner + 4 * apis } },
    ],
  ]

  it.each(accounts)('%s is correct', async (_, options, faults, expected) => {
    const { report: examine, sophos } = virtualDoctor(options)
    for (const fault of faults) sophos.faults.add(fault)
    const report = await examine()
    expect(shortRemedies(report)).toEqual(expected.remedies)
    expect(report.summary.byFinding).toEqual(expected.byFinding)
    expect(report.result).toBe(expected.result)
    expect(report.calls.made).toBe(sophos.received.length)
    if (expected.message) expect(report.message).toMatch(expected.message)
    if (expected.text) expect(report.remedies[0]?.text).toBe(expected.text)
    expectConsistent(report)
  })

  it('in which the rate limit is reached half-way says what was not tried', async () => {
    const { report: examine, sophos, progress } = virtualDoctor({ tenants: [...Array(20)].map(() => ok) })
    sophos.faults.add({ kind: 'status', status: 429, endpoint: 'cases', every: 7 })
    sophos.faults.add({ kind: 'status', status: 429, endpoint: 'alerts' })
    const report = await examine()
    expectConsistent(report)
    expect(report.result).toBe('partial')
    expect(report.message).toMatch(/It ended early: .*\.$/)
    expect(report.summary.byFinding.throttled).toBeGreaterThan(0)
    expect(report.summary.byFinding.not_tried).toBeGreaterThan(10 * apis)
    expect(report.summary.examined).toBe(20)
    expect(progress.at(-1)).toBe('20/20')
  })

  it('with many tenants matches the simulated truth', async () => {
    const { report: examine, sophos } = virtualDoctor({ tenants: 110 })
    const report = await examine()
    expectConsistent(report)
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

  it('in which a tenant moved to Sophos Fusion says that its counts are wrong', async () => {
    const { report: examine, sophos, bucket } = virtualDoctor({ tenants: four })
    const [first] = sophos.world.tenants
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    await rememberMoved(bucket, new Map([[first?.id ?? '', Date.UTC(2026, 10, 20)]]), log)
    const report = await examine()
    expectConsistent(report)
    expect(shortRemedies(report)).toEqual(['know moved detections-counts 1'])
    expect(report.remedies[0]?.examples).toMatchObject([
      { tenant: first?.id, message: 'The move was noticed on 2026-11-20.' },
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

it('with any mix of faults there is a report, its numbers add up, and no rate limit is exceeded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 4 }),
      // With two minutes or more, a request has the 30 seconds after which the virtual network gives up.
      fc.integer({ min: 120_000, max: 600_000 }),
      fc.integer({ min: 1, max: 1_000 }),
      async (faults, remainingMs, seed) => {
        const {
          report: examine,
          sophos,
          clock,
        } = virtualDoctor({
          seed,
          tenants: 10,
          rateLimits: '10/s 40/m 150/h',
          remainingMs,
        })
        for (const one of faults) sophos.faults.add(one)
        const before = clock.now()
        const report = await examine()
        expectConsistent(report)
        expect(clock.now() - before).toBeLessThan(remainingMs)
        expect(report.calls.made).toBe(sophos.received.length)
        expect(mostInWindow(sophos.received, 1_000)).toBeLessThanOrEqual(10)
        expect(mostInWindow(sophos.received, 60_000)).toBeLessThanOrEqual(40)
      },
    ),
    { numRuns: 15 },
  )
})
