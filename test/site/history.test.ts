import { createServer, type RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { addToDay } from '../../lambda/history/day-file.ts'
import type { HistoryRow } from '../../lambda/history/row.ts'
import { type HistoryPoint, joinDays, lastDays, scanDay } from '../../site/data/history.ts'
import { askHistory } from '../../site/poll/ask-history.ts'

const midnight = Date.UTC(2026, 10, 22)
const minute = 60_000

const row = (
  tenantId: string,
  at: number,
  critical: number,
  method: 'counts' | 'fusion' = 'counts',
): HistoryRow => ({
  tenantId,
  counts: {
    collectedAt: midnight + at * minute,
    bySeverity: { critical, high: 0, medium: 0, low: 0, info: 2 },
    total: critical + 2,
    method,
  },
})
const header = 'ID,Collected_At,Critical,High,Medium,Low,Info,Total,Method\n'

const never = new AbortController().signal
let stop = () => {}
afterEach(() => stop())

async function serve(answer: RequestListener): Promise<typeof fetch> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  stop = () => {
    server.closeAllConnections()
    server.close()
  }
  const bound = server.address()
  const base = typeof bound === 'object' && bound ? `http://127.0.0.1:${bound.port}/` : ''
  return (address, init) => fetch(new URL(String(address), base), init)
}

describe('the history of a tenant', () => {
  it('is read from the same files that the collector writes', async () => {
    const files: Record<string, Uint8Array> = {
      '/history/source=default/2026-11-21.csv.gz': addToDay(undefined, [row('b', -60, 1), row('a', -60, 9)]),
      '/history/source=default/2026-11-22.csv.gz': addToDay(undefined, [
        row('a', 30, 8),
        row('b', 20, 3),
        row('b', 5, 2),
        row('bb', 5, 7),
        { ...row('b', 40, 0), counts: { ...row('b', 40, 0).counts, bySeverity: undefined, total: 6 } },
      ]),
    }
    const ask = await serve((request, response) => {
      const file = files[request.url ?? '']
      response.writeHead(file ? 200 : 404, { 'Content-Type': 'application/gzip' }).end(file)
    })
    const days = lastDays(midnight + 50 * minute, 3)
    const { points, gaps } = await askHistory({ source: 'default', tenantId: 'b' }, days, ask, never)
    expect(points.map(point => [(point.at - midnight) / minute, point.counts.critical, point.total])).toEqual(
      [
        [-60, 1, 3],
        [5, 2, 4],
        [20, 3, 5],
        [40, undefined, 6],
      ],
    )
    expect(gaps).toEqual([{ day: '2026-11-20', missing: 'no file' }])
  })

  it.each([
    [403, '', 'no file'],
    [404, '', 'no file'],
    [500, '', 'unreadable'],
    [200, '<!doctype html>', 'unreadable'],
    [200, gzipSync('ID,Name\nb,1\n'), 'unreadable'],
    [200, gzipSync(`${header}b,`).subarray(0, 30), 'unreadable'],
    [200, '', 'unreadable'],
  ])('has a gap if the server answers %d with %j: %s', async (status, body, missing) => {
    const ask = await serve((_, response) => response.writeHead(status).end(body))
    const { points, gaps } = await askHistory({ source: 'x', tenantId: 'b' }, ['2026-11-22'], ask, never)
    expect(points).toEqual([])
    expect(gaps).toEqual([{ day: '2026-11-22', missing }])
  })

  it('is read too if the server sends a Content-Encoding, and the browser unpacks the file', async () => {
    const ask = await serve((_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(addToDay(undefined, [row('b', 1, 4)])),
    )
    const { points } = await askHistory({ source: 'x', tenantId: 'b' }, ['2026-11-22'], ask, never)
    expect(points[0]?.counts.critical).toBe(4)
  })

  it('requests only the address of its source, whatever the name', async () => {
    const asked: (string | undefined)[] = []
    const ask = await serve((request, response) => {
      asked.push(request.url)
      response.writeHead(404).end()
    })
    await askHistory({ source: '../a b', tenantId: 'b' }, ['2026-11-22'], ask, never)
    expect(asked).toEqual(['/history/source=..%2Fa%20b/2026-11-22.csv.gz'])
  })

  it('breaks where the counts start to come from Sophos Fusion, and where they stop', () => {
    const point = (at: number, method: string): HistoryPoint => ({
      at,
      method,
      total: 1,
      breaks: false,
      counts: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
    })
    const methods = ['counts', 'query', 'fusion', 'fusion', 'counts']
    const points = methods.map((method, at) => point(at, method))
    const joined = joinDays([{ day: '2026-11-22', points, missing: 'none' }])
    expect(joined.points.map(({ breaks }) => breaks)).toEqual([false, false, true, false, true])
  })
})

describe('scanDay', () => {
  const file = (ids: readonly string[]) =>
    header +
    [...ids]
      .sort()
      .map(id => `${id},2026-11-22 10:02:00,1,2,3,4,5,15,counts\n`)
      .join('')

  it('finds the same rows however the file is split into parts', () => {
    const ids = fc.array(fc.constantFrom('a', 'ab', 'b', '"b,c"', 'ba'), { maxLength: 8 })
    fc.assert(
      fc.property(ids, fc.array(fc.integer({ min: 1, max: 40 })), (list, cuts) => {
        const scan = scanDay('b')
        let text = file(list)
        let more = true
        for (const cut of [...cuts, text.length]) {
          if (!more) break
          more = scan.take(text.slice(0, cut))
          text = text.slice(cut)
        }
        expect(scan.end()).toHaveLength(list.filter(id => id === 'b').length)
      }),
    )
  })

  it('stops after the rows of the tenant, and not before', () => {
    const scan = scanDay('b')
    expect(scan.take(file(['a']))).toBe(true)
    expect(scan.take('b,2026-11-22 10:02:00,1,2,3,4,5,15,counts\n')).toBe(true)
    expect(scan.take('c,2026-11-22 10:02:00,1,2,3,4,5,15,counts\n')).toBe(false)
  })

  it('finds a tenant with a quoted ID', () => {
    const scan = scanDay('b,"c"')
    scan.take(file(['"b,""c"""']))
    expect(scan.end()).toHaveLength(1)
  })
})
