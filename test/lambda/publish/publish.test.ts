import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { publish } from '../../../lambda/publish/publish.ts'
import { nothingKnown, type State } from '../../../lambda/state/state.ts'
import type { Store } from '../../../lambda/state/store.ts'
import { writeState } from '../../../lambda/state/stored-state.ts'
import { parseStatus } from '../../../site/data/parse-status.ts'
import { memoryStore } from '../../memory-store.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const minuteMs = 60_000
const tenants = Array.from({ length: 6 }, () => ({ access: 'ok' as const }))
const install = (
  source = 'default',
  shared: Pick<Parameters<typeof virtualInstallation>[0], 'clock' | 'bucket'> = {},
) =>
  virtualInstallation({
    ...{ simulator: { tenants, rateLimits: '10/s 100/m', seed: source.length }, source, ...shared },
  })
type Installation = ReturnType<typeof install>

type Status = {
  tenants: { total: number; byStatus: Record<string, number> }
  new: { tenants: number; critical: number; high: number }
  datasets: { etag: string | null }[]
  sources: { source: string; problem?: string; run?: { result: string; message: string } }[]
}

/** What status.json says, and the same counted from the rows that are in the bucket. */
async function compare(installation: Installation) {
  const status = installation.status() as Status | null
  const rows = installation.rows()
  const byStatus: Record<string, number> = {}
  for (const { Status = '' } of rows) byStatus[Status] = (byStatus[Status] ?? 0) + 1
  const withNews = rows.filter(row => Number(row.New_Critical) + Number(row.New_High) > 0)
  const etag = (await installation.bucket.etag('detections.csv'))?.replaceAll('"', '') ?? null
  return {
    describesTheRows: status !== null && status.datasets[0]?.etag === etag,
    says: status && {
      total: status.tenants.total,
      byStatus: Object.fromEntries(Object.entries(status.tenants.byStatus).filter(([, count]) => count > 0)),
      newTenants: status.new.tenants,
    },
    is: { total: rows.length, byStatus, newTenants: withNews.length },
  }
}

/** The nth write of a run goes wrong in one of four ways. */
const troubles = ['fails', 'answer lost', 'killed before', 'killed after'] as const
type Trouble = { way: (typeof troubles)[number]; nth: number; signsIn: boolean; failing: number }

function troubledStore(store: Store, { way, nth }: Trouble, life: { over: boolean }): Store {
  let writes = 0
  return {
    ...store,
    async write(key, object) {
      writes += 1
      if (writes !== nth) return store.write(key, object)
      if (way === 'killed before') life.over = true
      if (way === 'fails') throw new Error('S3 answered 503 SlowDown')
      const etag = life.over ? '' : await store.write(key, object)
      if (way === 'killed after') life.over = true
      if (way === 'answer lost') throw new Error('no answer')
      return etag
    },
  }
}

describe('status.json', () => {
  it('never contradicts the rows: its numbers are theirs, or it names another version of the file', async () => {
    const trouble: fc.Arbitrary<Trouble> = fc.record({
      way: fc.constantFrom(...troubles),
      nth: fc.integer({ min: 2, max: 8 }),
      signsIn: fc.boolean(),
      failing: fc.nat(5),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { minLength: 1, maxLength: 4 }), async story => {
        const installation = install()
        for (const chapter of story) {
          const { faults, world } = installation.sophos
          // A different number of them each time, so that the numbers differ from run to run.
          const removes = world.tenants
            .slice(0, chapter.failing)
            .map(({ id }) => faults.add({ endpoint: 'counts', kind: 'status', status: 400, tenantId: id }))
          if (!chapter.signsIn) removes.push(faults.add({ endpoint: 'token', kind: 'status', status: 401 }))
          const life = { over: false }
          const store = troubledStore(installation.bucket, chapter, life)
          void installation.start({ life, store, trigger: 'manual' }).catch(() => undefined)
          await installation.pass(15 * minuteMs)
          const { describesTheRows, says, is } = await compare(installation)
          if (describesTheRows) expect(says).toEqual(is)
          for (const remove of removes) remove()
        }
        await installation.run()
        const { describesTheRows, says, is } = await compare(installation)
        expect(describesTheRows).toBe(true)
        expect(says).toEqual(is)
        expect(is.total).toBe(6)
      }),
      { numRuns: 25, endOnFailure: true },
    )
  })

  it('of a run that learnt nothing describes the rows too, also where the run before could not publish them', async () => {
    const installation = install()
    const life = { over: false }
    const { bucket } = installation
    const store: Store = {
      ...bucket,
      write: (key, object) =>
        key === 'detections.csv' ? Promise.reject(new Error('S3 is slow')) : bucket.write(key, object),
    }
    await expect(installation.run({ life, store })).rejects.toThrow('S3 is slow')
    installation.sophos.faults.add({ endpoint: 'token', kind: 'status', status: 401 })
    await installation.pass(15 * minuteMs)
    await expect(installation.run()).resolves.toMatchObject({ report: { result: 'failed' } })
    const { describesTheRows, says, is } = await compare(installation)
    expect(describesTheRows).toBe(true)
    expect(says).toEqual(is)
    expect(is.total).toBe(6)
  })

  it('describes no file where a run knows of no tenant and got no list: the rows stay', async () => {
    const installation = install()
    await installation.run()
    const bucket = memoryStore()
    const csv = installation.bucket.text('detections.csv') ?? ''
    await bucket.write('detections.csv', { body: csv, contentType: 'text/csv', cacheControl: '' })
    // The bucket without its state, as where a person removed it.
    const without = install('default', { bucket, clock: installation.clock })
    without.sophos.faults.add({ endpoint: 'token', kind: 'status', status: 401 })
    await without.run()
    expect(bucket.text('detections.csv')).toBe(csv)
    expect((without.status() as Status).datasets).toMatchObject([{ etag: null }])
  })
})

describe('community/detections.csv', () => {
  it('is never of older states than detections.csv, also where two sources publish at the same time', async () => {
    const store = memoryStore()
    const stateOf = (id: string, critical: number): State => ({
      ...nothingKnown,
      tenants: [tenantOf(id, { counts: countsOf(bySeverity(critical)) })],
    })
    const publishAs = async (source: string, state: State, through: Store) => {
      await writeState(store, source, state, await store.etag(`state/${source}/tenants.ndjson.gz`))
      await publish(
        {
          ...{ store: through, version: '0', datasets: [detections], now: () => at },
          settings: { source, demo: false, refreshIntervalMs: 900_000 },
          log: { debug() {}, info() {}, warn() {}, error() {} },
          applyMoves: tenants => [...tenants],
        },
        state,
        { withRows: true },
      )
    }
    await publishAs('b', stateOf('b', 1), store)
    // The other source publishes just before this one's twin, and then this one is killed.
    let isBehind = false
    const interrupted: Store = {
      ...store,
      async write(key, object) {
        if (isBehind) throw new Error('killed')
        if (!key.startsWith('community/')) return store.write(key, object)
        isBehind = true
        await publishAs('b', stateOf('b', 22), store)
        return store.write(key, object)
      },
    }
    await expect(publishAs('a', stateOf('a', 3), interrupted)).rejects.toThrow('killed')
    const firstCells = (file: string): string[][] =>
      parse(store.text(file) ?? '').map((cells: string[]) => cells.slice(0, 2))
    expect(firstCells('community/detections.csv').slice(1)).toEqual([
      ['b', '22'],
      ['a', '3'],
    ])
    expect(firstCells('community/detections.csv')).toEqual(firstCells('detections.csv'))
  })
})

describe('a source whose state cannot be read', () => {
  it.each([
    ['damaged', gzipSync('what?'), /The tenants of this source are missing\. The state .* cannot be read/],
    ['no gzip', Buffer.from('what?'), /cannot be read \(incorrect header check\)/],
  ])(
    '%s: the others are published, and status.json and the log say what is missing and why',
    async (_, body, problem) => {
      const clock = virtualClock()
      const bucket = memoryStore()
      const [own, other] = [install('default', { clock, bucket }), install('emea', { clock, bucket })]
      await own.run()
      await other.run()
      await bucket.write('state/emea/tenants.ndjson.gz', { body, contentType: '', cacheControl: '' })
      await own.pass(15 * minuteMs)
      await expect(own.run()).resolves.toMatchObject({ report: { result: 'complete' } })
      expect(new Set(own.rows().map(({ Source }) => Source))).toEqual(new Set(['default']))
      const { sources } = own.status() as Status
      expect(sources).toEqual([
        expect.objectContaining({ source: 'default', run: expect.anything() }),
        { source: 'emea', problem: expect.stringMatching(problem) },
      ])
      expect(own.facts).toContainEqual([
        'the state of another source cannot be read',
        { source: 'emea', problem: expect.stringMatching(problem) },
      ])
      const shown = parseStatus(bucket.text('status.json') ?? '')
      expect('sources' in shown && shown.sources.map(({ name }) => name)).toEqual(['default', 'emea'])
      expect(await compare(own)).toMatchObject({ describesTheRows: true })

      // One that still runs heals itself.
      await other.run()
      expect(own.rows()).toHaveLength(new Set(own.rows().map(({ ID }) => ID)).size)
      expect(new Set(own.rows().map(({ Source }) => Source))).toContain('emea')
      expect((own.status() as Status).sources.map(({ problem }) => problem)).toEqual([undefined, undefined])
    },
  )
})
