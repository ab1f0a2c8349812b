import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rememberMoved } from '../../../lambda/fusion/guard/register.ts'
import type { RunOutcome } from '../../../lambda/state/run-report.ts'
import type { Store } from '../../../lambda/state/store.ts'
import type { FaultKind } from '../../../local/simulator/faults.ts'
import type { TenantSpec } from '../../../local/simulator/tenants.ts'
import { demoTenants } from '../../../local/upstream.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { mostInWindow } from '../../virtual-sophos.ts'

const minuteMs = 60_000
const hourMs = 3_600_000
const start = Date.UTC(2026, 10, 22, 10)

type Installation = ReturnType<typeof virtualInstallation>

/** When each tenant was first answered to have moved: what the server knows, whatever the run made of it. */
function watchProbes({ sophos, clock }: Installation) {
  const foundAt = new Map<string, number>()
  sophos.onFusion((tenantId, json) => {
    const types = Object(json).data?.caseTypes?.types
    if (Array.isArray(types) && types.length > 0 && !foundAt.has(tenantId)) foundAt.set(tenantId, clock.now())
  })
  return foundAt
}

async function historyOf({ bucket }: Installation): Promise<Record<string, string>[]> {
  const days = bucket.keys().filter(key => key.startsWith('history/'))
  const texts = await Promise.all(
    days.map(async key => gunzipSync((await bucket.read(key))?.bytes ?? new Uint8Array()).toString()),
  )
  return texts.flatMap((text): Record<string, string>[] => parse(text, { columns: true }))
}

const troubles: Record<string, FaultKind> = {
  '500': { kind: 'status', status: 500 },
  '400': { kind: 'status', status: 400, body: { errors: [{ message: 'Cannot query field "caseTypes".' }] } },
  '401': { kind: 'status', status: 401, body: { message: 'unauthorized token' } },
  '403': { kind: 'status', status: 403 },
  '404': { kind: 'status', status: 404 },
  hang: { kind: 'hang' },
  reset: { kind: 'reset' },
  'a web page': { kind: 'garbage', as: 'html' },
  errors: {
    kind: 'status',
    status: 200,
    body: { errors: [{ message: 'conn busy' }], data: { caseTypes: null } },
  },
  'no data': { kind: 'status', status: 200, body: {} },
  'null types': { kind: 'status', status: 200, body: { data: { caseTypes: { types: null } } } },
}
const fusion = 'fusion'

describe('the guard', () => {
  it('publishes no count of this API from the first good probe on, and notices every move in time', async () => {
    const move = fc.record({ tenant: fc.nat(23), afterMs: fc.nat(4 * hourMs) })
    const trouble = fc.record({
      name: fc.constantFrom(...Object.keys(troubles)),
      every: fc.integer({ min: 1, max: 4 }),
      fromRun: fc.nat(8),
      runs: fc.integer({ min: 1, max: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { minLength: 1, maxLength: 8 }),
        fc.array(trouble, { maxLength: 2 }),
        fc.array(fc.constantFrom(20_000, 120_000, 870_000), { minLength: 42, maxLength: 42 }),
        fc.constantFrom('off', 'auto'),
        async (moves, faults, lengths, counts) => {
          const specs: TenantSpec[] = Array.from({ length: 24 }, (_, i) => {
            const found = moves.find(({ tenant }) => tenant === i)
            return { access: 'ok', detectionsPerDay: 60, ...(found && { movedAt: start + found.afterMs }) }
          })
          const limits = [
            [10, 1_000],
            [100, minuteMs],
          ] as const
          const installation = virtualInstallation({
            simulator: { tenants: specs, rateLimits: '10/s 100/m' },
            env: { FUSION_COUNTS: counts },
          })
          const { sophos, clock } = installation
          const foundAt = watchProbes(installation)
          const removers: (() => void)[] = []
          for (const [run, remainingMs] of lengths.entries()) {
            for (const { name, every, fromRun, runs } of faults) {
              const fault = troubles[name]
              if (fromRun === run && fault)
                removers[run + runs] = sophos.faults.add({
                  ...fault,
                  endpoint: fusion,
                  operation: 'MigrationProbe',
                  every,
                })
              removers[run]?.()
            }
            await installation.run({ remainingMs })
            for (const row of installation.rows()) {
              if (!foundAt.has(row.ID ?? '')) continue
              expect(['', 'fusion']).toContain(row.Method)
              expect(row.Migration).toBe('moved')
              if (row.Method === '') {
                expect([row.Detections_Total, row.Hourly, row.Hourly_Critical, row.New_Total]).toEqual([
                  '',
                  '',
                  '',
                  '',
                ])
                expect(row.Reason).toMatch(/moved to Sophos Fusion|Fusion/)
              }
            }
            const { new: news } = Object(installation.status())
            for (const { id } of news.worst)
              if (foundAt.has(id) && counts === 'off') throw new Error(`${id} has moved and has news`)
            await installation.pass(15 * minuteMs)
          }
          for (const { ID = '', Method, Collected_At } of await historyOf(installation)) {
            const found = foundAt.get(ID)
            if (found === undefined || Method === 'fusion') continue
            // The history is exact to the minute.
            expect(Date.parse(`${Collected_At}Z`)).toBeLessThan(found)
          }
          // 42 runs are 10.5 hours: the last move and the end of the last trouble came by 4, and 24 runs are 6 hours.
          for (const [i, { movedAt }] of specs.entries())
            if (movedAt !== undefined) expect(foundAt.has(sophos.world.tenants[i]?.id ?? '')).toBe(true)
          expect(clock.now() - start).toBeGreaterThan(10.5 * hourMs)
          for (const [limit, periodMs] of limits)
            expect(mostInWindow(sophos.received, periodMs)).toBeLessThanOrEqual(limit)
        },
      ),
      { numRuns: 2, endOnFailure: true },
    )
  })

  it('notices a move within 24 runs of it where the budget reaches for all', async () => {
    const specs: TenantSpec[] = Array.from({ length: 100 }, (_, i) => ({
      access: 'ok',
      movedAt: start + i * 60_000,
    }))
    const installation = virtualInstallation({
      simulator: { tenants: specs, rateLimits: '10/s 100/m 1000/h' },
    })
    const foundAt = watchProbes(installation)
    for (let run = 0; run < 34; run++) {
      await installation.run()
      await installation.pass(15 * minuteMs - (installation.clock.now() % (15 * minuteMs)))
    }
    for (const tenant of installation.sophos.world.tenants)
      expect((foundAt.get(tenant.id) ?? Infinity) - (tenant.movedAt ?? 0)).toBeLessThan(25 * 15 * minuteMs)
  })

  it.each(['100/h', '60/h', '10/h'])(
    'makes of a budget that is too small (%s) between 1/50 and 1/25 probes',
    async rateLimits => {
      const installation = virtualInstallation({ simulator: { tenants: 60, rateLimits } })
      let probes = 0
      installation.sophos.onFusion(() => {
        probes += 1
      })
      for (let run = 0; run < 40; run++) {
        await installation.run()
        await installation.pass(15 * minuteMs - (installation.clock.now() % (15 * minuteMs)))
      }
      const calls = installation.sophos.received.length
      expect(probes).toBeGreaterThanOrEqual(Math.floor(calls / 50) - 1)
      expect(probes).toBeLessThanOrEqual(Math.ceil(calls / 25) + 1)
    },
  )

  it.each(Object.keys(troubles))(
    'says "not checked" after a probe that came to %s, and never "not moved"',
    async name => {
      const fault = troubles[name]
      if (!fault) throw new Error(name)
      const installation = virtualInstallation({
        simulator: {
          tenants: Array.from({ length: 5 }, () => ({ access: 'ok' as const })),
          rateLimits: '100/s',
        },
        refreshInterval: '24h',
      })
      await installation.run()
      expect(installation.rows().map(({ Migration }) => Migration)).toEqual(Array(5).fill('not_moved'))
      installation.sophos.faults.add({ ...fault, endpoint: fusion })
      await installation.pass(hourMs)
      const { report } = (await installation.run()) as RunOutcome
      expect(installation.rows().map(({ Migration }) => Migration)).toEqual(Array(5).fill('not_checked'))
      // The counts go on as before.
      expect(report.result).toBe('complete')
      expect(installation.rows().map(({ Status }) => Status)).toEqual(Array(5).fill('ok'))
      expect(installation.status()).toMatchObject({
        sources: [{ migration: { notMoved: 0, moved: 0, notChecked: 5 } }],
      })
    },
  )

  it('spends no more than a few calls on a Fusion host that is down', async () => {
    const specs = Array.from({ length: 100 }, () => ({ access: 'ok' as const }))
    const installation = virtualInstallation({ simulator: { tenants: specs, rateLimits: '2000/s' } })
    let probes = 0
    installation.sophos.onFusion(() => {
      probes += 1
    })
    installation.sophos.faults.add({ endpoint: fusion, kind: 'status', status: 503 })
    await installation.run()
    expect(probes).toBeLessThanOrEqual(10)
    for (let run = 0; run < 4; run++) {
      await installation.pass(15 * minuteMs)
      await installation.run()
    }
    // One to see, each run, and its second try.
    expect(probes).toBeLessThanOrEqual(18)
    expect(installation.rows().every(({ Status }) => Status === 'ok')).toBe(true)
  })

  it('makes no more probes in a run after Sophos answered 429 to one, and the counts go on', async () => {
    const specs = Array.from({ length: 120 }, () => ({ access: 'ok' as const }))
    const simulator = { tenants: specs, rateLimits: '10/s 100/m' }
    const installation = virtualInstallation({ simulator, refreshInterval: '24h' })
    await installation.run()
    const known = () => installation.rows().filter(({ Migration }) => Migration === 'not_moved').length
    expect(known()).toBe(120)
    let probes = 0
    installation.sophos.onFusion(() => {
      probes += 1
    })
    installation.sophos.faults.add({ endpoint: fusion, kind: 'status', status: 429 })
    for (let run = 1; run <= 5; run++) {
      await installation.pass(24 * hourMs)
      const { report } = (await installation.run()) as RunOutcome
      expect(report.result).toBe('complete')
      // Those that were under way, and no try of them again.
      expect(probes).toBeLessThanOrEqual(4 * run)
      // Who was not probed for it stays known for what it was.
      expect(known()).toBe(120 - probes)
    }
    expect(installation.rows().every(({ Status }) => Status === 'ok')).toBe(true)
  })

  it("uses what another source's run found meanwhile, before anything is recorded", async () => {
    const simulator = { tenants: [{ access: 'ok' as const }, { access: 'ok' as const }], rateLimits: '100/s' }
    const installation = virtualInstallation({ simulator, refreshInterval: '24h' })
    const { bucket, sophos, clock } = installation
    const id = sophos.world.tenants[0]?.id ?? ''
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    let written = Promise.resolve()
    sophos.onCounts(() => {
      written = rememberMoved(bucket, new Map([[id, clock.now()]]), log)
    })
    const { tenants } = (await installation.run()) as RunOutcome
    await written
    expect(tenants.find(tenant => tenant.id === id)).toMatchObject({ status: 'moved', counts: undefined })
    expect(installation.rows().find(({ ID }) => ID === id)).toMatchObject({ Status: 'moved', Method: '' })
    expect((await historyOf(installation)).map(({ ID }) => ID)).not.toContain(id)
  })

  it('leaves out the counts in the state of a source that does not run any more', async () => {
    const [gone, seen] = ['a', 'b'].map(letter => ({
      id: `00000000-0000-4000-8000-00000000000${letter}`,
      access: 'ok' as const,
    }))
    if (!gone || !seen) throw new Error('Two tenants.')
    const simulator = (tenant: TenantSpec) => ({ tenants: [tenant], rateLimits: '100/s' })
    const old = virtualInstallation({ simulator: simulator(gone), source: 'old' })
    await old.run()
    const { clock, bucket } = old
    await rememberMoved(bucket, new Map([[gone.id, start]]), { debug() {}, info() {}, warn() {}, error() {} })
    const other = virtualInstallation({ simulator: simulator(seen), source: 'other', clock, bucket })
    await other.run()
    expect(other.rows().find(({ ID }) => ID === gone.id)).toMatchObject({ Status: 'moved', Method: '' })
  })

  it('knows of a move that only the state holds, after it was off for a run', async () => {
    const simulator = { tenants: [{ access: 'ok' as const, movedAt: start - 1 }], rateLimits: '100/s' }
    const on = virtualInstallation({ simulator })
    const { clock, bucket } = on
    const withoutRegister: Store = {
      ...bucket,
      async write(key, object) {
        if (key === 'state/moved.json') throw new Error('S3 is away')
        return bucket.write(key, object)
      },
    }
    await on.run({ store: withoutRegister })
    expect(bucket.keys()).not.toContain('state/moved.json')
    const off = virtualInstallation({ simulator, clock, bucket, env: { FUSION_GUARD: 'off' } })
    await off.run()
    expect(off.rows()).toMatchObject([{ Status: 'ok' }])
    const again = virtualInstallation({ simulator, clock, bucket })
    again.sophos.faults.add({ endpoint: fusion, kind: 'status', status: 503 })
    again.sophos.faults.add({ endpoint: 'token', kind: 'status', status: 403 })
    await again.pass(2 * hourMs)
    await again.run()
    // Also where there is no token, and so nothing new to publish.
    expect(again.status()).toMatchObject({ sources: [{ run: { result: 'failed' } }] })
    expect(again.rows()).toMatchObject([{ Status: 'moved', Migration: 'moved', Detections_Total: '' }])
  })

  it('can be switched off, and then probes no tenant and leaves none out', async () => {
    const simulator = { tenants: [{ access: 'ok' as const, movedAt: start - 1 }], rateLimits: '100/s' }
    const on = virtualInstallation({ simulator })
    await on.run()
    expect(on.rows()).toMatchObject([{ Status: 'moved', Migration: 'moved', Detections_Total: '' }])
    const { clock, bucket } = on
    const off = virtualInstallation({ simulator, clock, bucket, env: { FUSION_GUARD: 'off' } })
    await off.run()
    expect(off.rows()).toMatchObject([{ Status: 'ok', Method: 'counts', Migration: 'not_checked' }])
    expect(off.sophos.received).toHaveLength(4)
    const again = virtualInstallation({ simulator, clock, bucket })
    again.sophos.faults.add({ endpoint: fusion, kind: 'status', status: 503 })
    await again.run()
    expect(again.rows()).toMatchObject([{ Status: 'moved', Migration: 'moved', Detections_Total: '' }])
  })

  it('knows what it knew when the state is lost, and when the tenant leaves the list and comes back', async () => {
    const tenants = [0, 1].map(i => ({
      id: `00000000-0000-4000-8000-00000000000${i}`,
      access: 'ok' as const,
      ...(i === 0 && { movedAt: start - 1 }),
    }))
    const before = virtualInstallation({
      simulator: { tenants, rateLimits: '100/s' },
      refreshInterval: '24h',
    })
    await before.run()
    const { clock, bucket } = before
    const without = virtualInstallation({
      simulator: { tenants: tenants.slice(1), rateLimits: '100/s' },
      clock,
      bucket,
    })
    await without.run()
    expect(without.rows()).toHaveLength(1)
    const key = 'state/default/tenants.ndjson.gz'
    for (const isLost of [false, true]) {
      if (isLost)
        await bucket.write(key, { body: '?', contentType: 'application/gzip', cacheControl: 'no-store' })
      const after = virtualInstallation({ simulator: { tenants, rateLimits: '100/s' }, clock, bucket })
      after.sophos.faults.add({ endpoint: fusion, kind: 'status', status: 500 })
      await after.run()
      expect(after.rows().find(({ ID }) => ID?.endsWith('0'))).toMatchObject({ Status: 'moved', Method: '' })
    }
  })

  it.each([20, 230])(
    'shows one moved tenant of %i in the first run of a demo, and two in the second',
    async count => {
      const tenants = demoTenants(count, start)
      const installation = virtualInstallation({ simulator: { tenants, rateLimits: '100/s' } })
      for (const moved of [1, 2, 2]) {
        await installation.run()
        expect(installation.status()).toMatchObject({ tenants: { total: count, byStatus: { moved } } })
        await installation.pass(15 * minuteMs)
      }
    },
  )

  it('says in the message and in the status which tenants have no counts', async () => {
    const simulator = {
      tenants: [{ access: 'ok' as const, movedAt: start - 1 }, { access: 'ok' as const }],
      rateLimits: '100/s',
    }
    const installation = virtualInstallation({ simulator, refreshInterval: '24h' })
    const { report } = (await installation.run()) as RunOutcome
    expect(report).toMatchObject({
      result: 'complete',
      message: expect.stringMatching(
        /^Collected 1 of 2 tenants .* 1 tenant moved to Sophos Fusion and has no counts here\.$/,
      ),
    })
    expect(installation.status()).toMatchObject({
      tenants: { total: 2, byStatus: { ok: 1, moved: 1 } },
      sources: [
        {
          migration: { notMoved: 1, moved: 1, notChecked: 0 },
          fusion: { guard: 'on', counts: 'off' },
        },
      ],
    })
  })
})
