import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, it } from 'vitest'
import { addToDay } from '../../../lambda/history/day-file.ts'
import { recordHistory } from '../../../lambda/history/record.ts'
import { type HistoryRow, rowsSince } from '../../../lambda/history/row.ts'
import { ConflictError, type Store } from '../../../lambda/state/store.ts'
import { memoryStore } from '../../memory-store.ts'
import { bySeverity, countsOf, tenantOf } from '../tenants.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const midnight = Date.UTC(2026, 10, 23)
const rowOf = (tenantId: string, collectedAt: number): HistoryRow => ({
  tenantId,
  counts: countsOf(bySeverity(1, 2), collectedAt),
})

let bucket: Store
let store: Store
let written: string[]
let errors: Record<string, unknown>[]
const log = {
  debug() {},
  info() {},
  warn() {},
  error: (_: string, details: Record<string, unknown>) => errors.push(details),
}
const record = (rows: readonly HistoryRow[], source = 'default', to = store) =>
  recordHistory(to, source, rows, log)
const put = (key: string, body: Uint8Array) =>
  bucket.write(key, { body, contentType: 'application/gzip', cacheControl: 'no-store' })
async function times(key: string): Promise<string[][]> {
  const object = await bucket.read(key)
  return parse(gunzipSync(object?.bytes ?? Buffer.alloc(0)), { from_line: 2 }).map((row: string[]) =>
    row.slice(0, 2),
  )
}

beforeEach(() => {
  written = []
  errors = []
  bucket = memoryStore()
  store = {
    ...bucket,
    write: (key, object) => {
      written.push(key)
      return bucket.write(key, object)
    },
  }
})

const first = 'history/source=default/2026-11-22.csv.gz'
const second = 'history/source=default/2026-11-23.csv.gz'

describe('the history', () => {
  it('has a row for every tenant that answered, and a gap for the others', () => {
    const counts = countsOf(bySeverity(1), noon)
    const old = countsOf(bySeverity(1), noon - 1)
    const tenants = [
      tenantOf('answered', { counts }),
      tenantOf('failed', { status: 'failed', triedAt: noon, counts: old }),
      tenantOf('not asked', { counts: old }),
      tenantOf('never answered', { status: 'forbidden' }),
    ]
    expect(rowsSince(tenants, noon)).toEqual([{ tenantId: 'answered', counts }])
  })

  it('has a row for an answer that lags behind, in the day of its figures, and once', async () => {
    const lagging = { ...countsOf(bySeverity(1), midnight - 1), answeredAt: midnight + 7_200_000 }
    const tenants = [tenantOf('a', { counts: lagging })]
    const rows = rowsSince(tenants, midnight)
    await record(rows)
    await record(rows)
    expect(await times(first)).toEqual([['a', '2026-11-22 23:59:00']])
    expect(rowsSince(tenants, midnight + 7_200_001)).toEqual([])
  })

  it('is neither read nor written for a run without a single answer', async () => {
    const untouched: Store = {
      read: () => expect.unreachable(),
      write: () => expect.unreachable(),
      etag: () => expect.unreachable(),
      list: () => expect.unreachable(),
    }
    await record([], 'default', untouched)
  })

  it('takes the rows of a run in one write', async () => {
    await record([rowOf('b', noon), rowOf('a', noon)])
    await record([rowOf('a', noon + 900_000)])
    expect(written).toEqual([first, first])
    expect(await times(first)).toEqual([
      ['a', '2026-11-22 12:00:00'],
      ['a', '2026-11-22 12:15:00'],
      ['b', '2026-11-22 12:00:00'],
    ])
  })

  it('puts each row of a run across midnight into the day of its answer, each day in one write', async () => {
    await record([rowOf('a', midnight - 1), rowOf('b', midnight), rowOf('c', midnight - 60_000)])
    expect(written).toEqual([first, second])
    expect(await times(first)).toEqual([
      ['a', '2026-11-22 23:59:00'],
      ['c', '2026-11-22 23:59:00'],
    ])
    expect(await times(second)).toEqual([['b', '2026-11-23 00:00:00']])
  })

  it('keeps the files of two sources apart', async () => {
    await record([rowOf('a', noon)], 'emea')
    await record([rowOf('a', noon)], 'apac')
    expect(written).toEqual([
      'history/source=emea/2026-11-22.csv.gz',
      'history/source=apac/2026-11-22.csv.gz',
    ])
  })

  it('stays readable after a run that was killed between its writes, and is complete once its rows are recorded again', async () => {
    const rows = [rowOf('a', midnight - 1), rowOf('b', midnight)]
    const killed: Store = {
      ...store,
      write: async (key, object) => {
        if (written.length === 1) throw new Error('killed')
        return store.write(key, object)
      },
    }
    await expect(record(rows, 'default', killed)).rejects.toThrow('killed')
    expect(await bucket.list('')).toEqual([first])

    await record(rows)
    expect(await times(first)).toEqual([['a', '2026-11-22 23:59:00']])
    expect(await times(second)).toEqual([['b', '2026-11-23 00:00:00']])
  })

  it('sets an unreadable file aside, then starts a new one with the rows of the run', async () => {
    const truncated = addToDay(undefined, [rowOf('old', noon)]).subarray(0, -4)
    await put(first, truncated)
    await record([rowOf('a', noon)])
    const setAside = 'state/default/unreadable/2026-11-22.csv.gz'
    expect(written).toEqual([setAside, first])
    expect((await bucket.read(setAside))?.bytes).toEqual(truncated)
    expect(await times(first)).toEqual([['a', '2026-11-22 12:00:00']])
    expect(errors).toMatchObject([{ key: first, setAside }])
  })

  it('does not overwrite what another run wrote in the meantime', async () => {
    await record([rowOf('a', noon)])
    const raced: Store = {
      ...store,
      read: async key => {
        const found = await bucket.read(key)
        await record([rowOf('b', noon)])
        return found
      },
    }
    await expect(record([rowOf('c', noon)], 'default', raced)).rejects.toThrow(ConflictError)
    expect((await times(first)).map(([id]) => id)).toEqual(['a', 'b'])
  })

  it('does not overwrite a day that it could not read', async () => {
    const unreachable: Store = { ...store, read: () => Promise.reject(new Error('503')) }
    await expect(record([rowOf('a', noon)], 'default', unreachable)).rejects.toThrow('503')
    expect(written).toEqual([])
  })
})
