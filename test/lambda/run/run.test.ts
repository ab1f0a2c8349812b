import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConflictError, type Store } from '../../../lambda/state/store.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { mostInWindow } from '../../virtual-sophos.ts'

const minuteMs = 60_000
const specs = (count: number) => Array.from({ length: count }, () => ({ access: 'ok' as const }))

describe('runs, one after the other', () => {
  it('share one budget: no window is exceeded, nothing is throttled, and what one run leaves the next one asks', async () => {
    const rateLimits = '10/s 100/m 300/h'
    const installation = virtualInstallation({
      simulator: { tenants: specs(250), rateLimits },
      refreshInterval: '5m',
    })
    for (let i = 0; i < 24; i++) {
      await installation.run()
      await installation.pass(5 * minuteMs)
    }
    const { received } = installation.sophos
    expect(mostInWindow(received, 60 * minuteMs)).toBe(300)
    expect(mostInWindow(received, minuteMs)).toBeLessThanOrEqual(100)
    expect(mostInWindow(received, 1_000)).toBeLessThanOrEqual(10)
    expect(installation.rows().filter(({ Status }) => Status === 'ok')).toHaveLength(250)
    expect(installation.facts.filter(([fact]) => fact === 'asking again')).toEqual([])
  })

  it('ask for the list once an hour where its calls would be missing for tenants', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: specs(250), rateLimits: '100/m 200/h' },
      refreshInterval: '5m',
    })
    for (let i = 0; i < 36; i++) {
      await installation.run()
      await installation.pass(5 * minuteMs)
    }
    const anew = installation.facts.filter(([fact, { anew }]) => fact === 'tenants listed' && anew)
    expect(anew.length).toBeGreaterThanOrEqual(2)
    expect(anew.length).toBeLessThanOrEqual(4)
  })

  it('publish what a long run has so far, every minute', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(400), rateLimits: '10/s 100/m' } })
    const whole = installation.start()
    await installation.pass(130_000)
    const early = installation.rows().filter(({ Status }) => Status === 'ok').length
    expect(early).toBeGreaterThan(90)
    expect(installation.status()).toMatchObject({
      sources: [
        { run: { result: 'running', message: expect.stringMatching(/^Asked \d+ of 400 tenants so far\.$/) } },
      ],
    })
    await installation.clock.drive(whole)
    expect(installation.rows().filter(({ Status }) => Status === 'ok')).toHaveLength(400)
    expect(installation.status()).toMatchObject({ sources: [{ run: { result: 'complete' } }] })
  })

  it('end in time to publish, and leave the rest to the next', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(400), rateLimits: '10/s 100/m' } })
    const startedAt = installation.clock.now()
    await expect(installation.run({ remainingMs: 150_000 })).resolves.toMatchObject({
      report: { result: 'partial' },
    })
    expect(installation.clock.now() - startedAt).toBeLessThan(150_000)
    const asked = installation.rows().filter(({ Status }) => Status === 'ok').length
    expect(asked).toBeGreaterThan(150)
    await installation.run()
    expect(installation.rows().filter(({ Status }) => Status === 'ok')).toHaveLength(400)
  })

  it('end early instead of waiting for room that comes back in an hour', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: specs(400), rateLimits: '10/s 100/m 200/h' },
    })
    const startedAt = installation.clock.now()
    await expect(installation.run()).resolves.toMatchObject({
      report: {
        result: 'partial',
        message: expect.stringMatching(/There is no room in the budget of 200\/h before/),
      },
    })
    expect(installation.clock.now() - startedAt).toBeLessThan(3 * minuteMs)
  })

  it('never overlap: the second one reports the first, and makes no call', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(200), rateLimits: '10/s 100/m' } })
    const first = installation.start()
    await installation.pass(20_000)
    const calls = installation.sophos.received.length
    const second = await installation.start({ trigger: 'manual' })
    expect(second).toEqual({ since: expect.any(Number), until: expect.any(Number) })
    expect(installation.sophos.received).toHaveLength(calls)
    await expect(installation.clock.drive(first)).resolves.toMatchObject({ report: { result: 'complete' } })
  })
})

describe('what a list does not say', () => {
  it.each([
    ['an empty page', { items: [] }],
    ['no tenant at all', { items: [], pages: { total: 0, items: 0, size: 100 } }],
  ])('loses no tenant: %s with 200', async (_, body) => {
    const installation = virtualInstallation({ simulator: { tenants: specs(50), rateLimits: '100/s' } })
    await installation.run()
    installation.sophos.faults.add({ endpoint: 'partnerTenants', kind: 'status', status: 200, body })
    await installation.run()
    expect(installation.rows()).toHaveLength(50)
  })
})

describe('a state that cannot be read', () => {
  it('is not replaced by nothing: a run without a list saves nothing, and the next one with a list is whole', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(20), rateLimits: '100/s' } })
    await installation.run()
    const key = 'state/default/tenants.ndjson.gz'
    const broken = { body: 'what?', contentType: 'application/gzip', cacheControl: 'no-store' }
    const etag = await installation.bucket.write(key, broken)
    const remove = installation.sophos.faults.add({ endpoint: 'whoami', kind: 'status', status: 403 })
    await expect(installation.run()).rejects.toThrow(
      /Nothing is saved, because the state could not be read either/,
    )
    await expect(installation.bucket.read(key)).resolves.toMatchObject({ etag })
    expect(installation.rows()).toHaveLength(20)
    remove()
    await installation.run()
    expect(installation.rows().filter(({ Status }) => Status === 'ok')).toHaveLength(20)
  })
})

describe('the history', () => {
  it('has every answer of every run, also of one that was killed before it could write them down', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(150), rateLimits: '10/s 100/m' } })
    const life = { over: false }
    void installation.start({ life })
    await installation.pass(62_000)
    life.over = true
    await installation.pass(15 * minuteMs)
    const saved = installation.rows().filter(({ Status }) => Status === 'ok').length
    expect(saved).toBeGreaterThan(80)
    // One that gets no token in between has nothing to add, and takes nothing away.
    const remove = installation.sophos.faults.add({ endpoint: 'token', kind: 'status', status: 403 })
    await installation.run()
    remove()
    await installation.pass(15 * minuteMs)
    await installation.run()
    const key = installation.bucket.keys().find(name => name.startsWith('history/')) ?? ''
    const day = gunzipSync((await installation.bucket.read(key))?.bytes ?? new Uint8Array()).toString()
    const lines = day.trimEnd().split('\n').slice(1)
    // The last run has one answer of each, and those of the first are there as well.
    expect(new Set(lines.map(line => line.split(',')[0])).size).toBe(150)
    expect(lines.length).toBeGreaterThanOrEqual(150 + saved)
  })
})

describe('a tenant that leaves the list', () => {
  it('leaves the CSV with the next complete list, and not while the list cannot be had', async () => {
    const tenants = specs(5).map((spec, i) => ({ ...spec, id: `00000000-0000-4000-8000-00000000000${i}` }))
    const before = virtualInstallation({ simulator: { tenants, rateLimits: '100/s' } })
    await before.run()
    const after = virtualInstallation({
      simulator: { tenants: tenants.slice(1), rateLimits: '100/s' },
      clock: before.clock,
      bucket: before.bucket,
    })
    const remove = after.sophos.faults.add({ endpoint: 'partnerTenants', kind: 'status', status: 400 })
    await after.run()
    expect(after.rows()).toHaveLength(5)
    remove()
    await after.run()
    expect(after.rows()).toHaveLength(4)
  })
})

describe('two credentials', () => {
  it('that write at the same time lose nothing, however long each write takes', async () => {
    const storeLatencyMs = 2_000
    const one = virtualInstallation({
      simulator: { seed: 1, tenants: specs(40), rateLimits: '50/s' },
      source: 'one',
      storeLatencyMs,
    })
    const { clock, bucket } = one
    const two = virtualInstallation({
      simulator: { seed: 2, tenants: specs(50), rateLimits: '50/s' },
      source: 'two',
      storeLatencyMs,
      clock,
      bucket,
    })
    for (let i = 0; i < 6; i++) {
      const startedAt = clock.now()
      await clock.drive(Promise.all([one.start(), two.start()]))
      const rows = one.rows()
      expect(Object.groupBy(rows, ({ Source = '' }) => Source)).toMatchObject({
        one: { length: 40 },
        two: { length: 50 },
      })
      // The last to publish had seen what the other one collected in this round.
      for (const { Collected_At = '' } of rows)
        expect(Date.parse(Collected_At)).toBeGreaterThanOrEqual(startedAt)
      expect(one.status()).toMatchObject({
        tenants: { total: 90, byStatus: { ok: 90 } },
        sources: [{ source: 'one' }, { source: 'two' }],
      })
      await one.pass(15 * minuteMs)
    }
    expect(
      one.facts.concat(two.facts).filter(([fact]) => fact.startsWith('another source published')),
    ).not.toEqual([])
  })
})

describe('a lease that is lost', () => {
  it('ends the run without a word to the state of the run that has it now', async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(300), rateLimits: '10/s 100/m' } })
    const { bucket, clock } = installation
    const lost = installation.start()
    lost.catch(() => undefined)
    await installation.pass(20_000)
    const calls = installation.sophos.received.length
    const etags = () =>
      Promise.all(['state/default/tenants.ndjson.gz', 'detections.csv', 'status.json'].map(bucket.etag))
    const before = await etags()
    const record = {
      schemaVersion: 1,
      holder: 'another',
      since: 0,
      renewedAt: clock.now(),
      until: clock.now() + 180_000,
      calls: [],
    }
    await bucket.write('state/default/lease.json', {
      body: JSON.stringify(record),
      contentType: 'application/json',
      cacheControl: 'no-store',
    })
    await expect(clock.drive(lost)).rejects.toThrow(/Another run took over/)
    expect(installation.sophos.received.length).toBe(calls)
    await expect(etags()).resolves.toEqual(before)
    expect(JSON.parse(bucket.text('state/default/lease.json') ?? '')).toMatchObject({ holder: 'another' })
  })
})

describe('a write whose answer is lost', () => {
  it("is known for the run's own when it is tried again", async () => {
    const installation = virtualInstallation({ simulator: { tenants: specs(20), rateLimits: '10/s 100/m' } })
    const { bucket } = installation
    let lost = 0
    const store: Store = {
      ...bucket,
      async write(key, object) {
        const etag = await bucket.write(key, object)
        // As the client sees it that wrote, got no answer, wrote again, and found its own first write in its way.
        if (key.startsWith('state/') && lost++ % 2 === 1) throw new ConflictError('412')
        return etag
      },
    }
    await expect(installation.run({ store })).resolves.toMatchObject({ report: { result: 'complete' } })
    expect(lost).toBeGreaterThan(2)
    expect(installation.rows().filter(({ Status }) => Status === 'ok')).toHaveLength(20)
  })
})

describe('a run that is killed at any moment', () => {
  it('leaves nothing behind that is not true: no window is exceeded, no tenant lost, every count is one that Sophos gave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            afterMs: fc.integer({ min: 1, max: 200_000 }),
            pauseMs: fc.integer({ min: 0, max: 400_000 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        fc.integer({ min: 1, max: 1_000 }),
        async (kills, seed) => {
          const limits = [
            [10, 1_000],
            [50, minuteMs],
            [170, 60 * minuteMs],
          ] as const
          const installation = virtualInstallation({
            simulator: { seed, tenants: specs(120), rateLimits: '10/s 50/m 170/h' },
          })
          const { clock, sophos } = installation
          let known = 0
          for (const { afterMs, pauseMs } of kills) {
            const life = { over: false }
            void installation.start({ life })
            await installation.pass(afterMs)
            life.over = true
            await installation.pass(pauseMs)
            const rows = installation.bucket.text('detections.csv') ? installation.rows() : []
            expect(rows.length).toBeGreaterThanOrEqual(known)
            known = rows.length
          }
          for (let i = 0; i < 8; i++) {
            await installation.pass(15 * minuteMs)
            await installation.run()
          }
          for (const [limit, periodMs] of limits)
            expect(mostInWindow(sophos.received, periodMs)).toBeLessThanOrEqual(limit)
          const rows = installation.rows()
          expect(rows).toHaveLength(120)
          for (const row of rows) {
            expect(row.Status).toBe('ok')
            const at = Date.parse(row.Collected_At ?? '')
            expect(at).toBeLessThanOrEqual(clock.now())
            // The answer was made up to 400 ms before it was taken down.
            const given = [0, 100, 200, 300, 400].map(
              ms => sophos.world.counts(row.ID ?? '', at - ms - 24 * 60 * minuteMs, at - ms).total,
            )
            expect(Number(row.Detections_Total)).toBeGreaterThanOrEqual(Math.min(...given) - 1)
            expect(Number(row.Detections_Total)).toBeLessThanOrEqual(Math.max(...given) + 1)
          }
        },
      ),
      { numRuns: 5 },
    )
  })
})
