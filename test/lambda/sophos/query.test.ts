import { describe, expect, it } from 'vitest'
import { openGate } from '../../../lambda/pacing/gate.ts'
import { fullPace } from '../../../lambda/pacing/pace.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { createClient } from '../../../lambda/sophos/client.ts'
import { fetchByQuery } from '../../../lambda/sophos/query.ts'
import type { HttpRequest } from '../../../lambda/sophos/transport.ts'
import { virtualClock } from '../../virtual-clock.ts'

const host = 'https://api-eu01.central.sophos.com'
const path = '/detections/v1/queries/detections'
const hour = 3_600_000

type Json = Record<string, unknown>
type Answer = Json | { status: number }
type Asked = { call: string; request: HttpRequest; at: number }

const running = { id: 'run/1', status: 'pending', result: 'notAvailable' }
const finished = (resultCount?: number): Json => ({
  id: 'run/1',
  status: 'finished',
  result: 'succeeded',
  ...(resultCount !== undefined && { resultCount }),
})

/** A server with a scripted run and polls (the last one repeats), and `items` detections as results, in pages. */
function server(options: {
  start?: Answer
  polls?: Answer[]
  items?: number
  maxSize?: number
  /** The real size of a page, whatever `pages` says. */
  cutTo?: number
  pages?: (pages: Json) => Json | undefined
  results?: Answer
  affords?: (calls: number) => boolean
  deadlineMs?: number
}) {
  const clock = virtualClock()
  const deadline = clock.now() + (options.deadlineMs ?? hour)
  const items = Array.from({ length: options.items ?? 3 }, (_, n) => ({
    time: new Date(clock.now() - 1_000 - n).toISOString(),
    severity: n % 11,
  }))
  const polls = [...(options.polls ?? [])]
  const asked: Asked[] = []

  function page(search: URLSearchParams): Answer {
    if (options.results) return options.results
    const maxSize = options.maxSize ?? 50
    const size = Math.min(Number(search.get('pageSize')), options.cutTo ?? maxSize)
    const current = Number(search.get('page'))
    const pages = { current, size, total: Math.ceil(items.length / size), items: items.length, maxSize }
    return {
      items: items.slice((current - 1) * size, current * size),
      pages: options.pages ? options.pages(pages) : pages,
    }
  }

  function answer({ method, url }: HttpRequest): Answer {
    const { pathname, searchParams } = new URL(url)
    if (pathname.endsWith('/token')) return { access_token: 't' }
    if (method === 'POST') return options.start ?? finished(items.length)
    if (pathname.endsWith('/results')) return page(searchParams)
    return (polls.length > 1 ? polls.shift() : polls[0]) ?? { status: 404 }
  }

  const gate = openGate({
    windows: parseRateWindows('1000/s'),
    earlierCalls: [],
    earlierPace: fullPace,
    clock,
    deadline: () => ({ at: deadline }),
    onWait: () => undefined,
    onPace: () => undefined,
  })
  const client = createClient({
    gate,
    clock,
    deadline,
    random: () => 0,
    idUrl: 'https://id.sophos.com',
    readCredentials: async () => ({ clientId: 'id', clientSecret: 'secret' }),
    onRetry: () => undefined,
    send: async request => {
      const { pathname, search } = new URL(request.url)
      if (!pathname.endsWith('/token'))
        asked.push({ call: request.method + pathname.replace(path, '') + search, request, at: clock.now() })
      await clock.sleep(10)
      const found = answer(request)
      const status = typeof found.status === 'number' ? found.status : 200
      return { status, text: JSON.stringify(found), header: () => undefined }
    },
  })
  const affords = options.affords ?? (() => true)
  const fetch = () => clock.drive(fetchByQuery(client, host, 'tenant-1', { clock, deadline, affords }))
  return { clock, asked, fetch, calls: () => asked.map(({ call }) => call) }
}

const resultPages = (calls: string[]) =>
  calls.filter(call => call.includes('/results')).map(call => call.split('?')[1])

describe('a detection query', () => {
  it('asks for exactly the last 24 hours of the tenant, polls at growing intervals, and reads the results', async () => {
    const { fetch, asked, calls, clock } = server({ start: running, polls: [running, running, finished(3)] })
    const startedAt = clock.now()
    await expect(fetch()).resolves.toMatchObject({
      total: 3,
      bySeverity: { critical: 0, high: 0, medium: 0, low: 2, info: 1 },
      to: startedAt,
      remark: undefined,
    })
    expect(calls()).toEqual([
      'POST',
      'GET/run%2F1',
      'GET/run%2F1',
      'GET/run%2F1',
      'GET/run%2F1/results?page=1&pageSize=50',
    ])
    expect(asked.slice(1, 4).map(({ at }, n) => at - (asked[n]?.at ?? 0))).toEqual([1_010, 2_010, 4_010])
    const [start] = asked
    expect(start?.request.headers).toMatchObject({
      'content-type': 'application/json',
      'x-tenant-id': 'tenant-1',
    })
    expect(JSON.parse(start?.request.body ?? '')).toEqual({
      from: '2026-11-21T10:00:00.000Z',
      to: '2026-11-22T10:00:00.000Z',
    })
    for (const { request } of asked) expect(request.headers['x-tenant-id']).toBe('tenant-1')
  })

  it('does not poll a run that ended at its start, and reads no page of a run without detections', async () => {
    const done = server({ start: finished(3) })
    await done.fetch()
    expect(done.calls()).toHaveLength(2)
    const none = server({ start: finished(0) })
    await expect(none.fetch()).resolves.toMatchObject({ total: 0, hours: [] })
    expect(none.calls()).toEqual(['POST'])
  })

  it('gives up on a run that does not end, after eight calls and about a minute', async () => {
    const { fetch, calls, clock } = server({ start: running, polls: [running] })
    const startedAt = clock.now()
    await expect(fetch()).rejects.toThrow(/did not finish within 60 seconds/)
    expect(calls()).toHaveLength(8)
    expect(clock.now() - startedAt).toBeLessThan(61_000)
  })

  it('does not sleep past the deadline', async () => {
    const { fetch, clock } = server({ start: running, polls: [running], deadlineMs: 5_000 })
    const startedAt = clock.now()
    await expect(fetch()).rejects.toThrow(/did not finish within 3 seconds/)
    expect(clock.now() - startedAt).toBeLessThan(5_000)
  })

  it.each([
    ['failed', { ...running, status: 'finished', result: 'failed' }],
    ['canceled', { ...running, status: 'pending', result: 'canceled' }],
    ['timedOut', { ...running, status: 'finished', result: 'timedOut' }],
    ['notAvailable', { ...running, status: 'finished' }],
    ['none', { id: 'run/1', status: 'finished' }],
    ['unheardOf', { ...running, status: 'finished', result: 'unheardOf' }],
  ])('fails if the run ends as %s', async (result, end) => {
    const { fetch, calls } = server({ start: running, polls: [end] })
    await expect(fetch()).rejects.toThrow(`ended without a result: "${result}"`)
    expect(calls()).toHaveLength(2)
  })

  it('says that the run expired if a poll or the results answer 404', async () => {
    await expect(server({ start: running }).fetch()).rejects.toThrow(/404.*expired/)
    await expect(server({ results: { status: 404 } }).fetch()).rejects.toThrow(/404.*expired/)
  })

  it('rethrows a refusal of the start, which is about the tenant and the credential', async () => {
    const { fetch, calls } = server({ start: { status: 403 } })
    await expect(fetch()).rejects.toMatchObject({ name: 'RefusedError', status: 403 })
    expect(calls()).toHaveLength(1)
  })
})

describe('the results of a detection query', () => {
  it.each([
    ['pages of 50', { items: 120, maxSize: 50 }, ['1&50', '2&50', '3&50']],
    ['pages of 50 if larger ones would save no call', { items: 100, maxSize: 2_000 }, ['1&50', '2&50']],
    ['larger pages, up to 200', { items: 500, maxSize: 2_000 }, ['1&50', '1&200', '2&200', '3&200']],
    ['pages of 100', { items: 330, maxSize: 100 }, ['1&50', '1&100', '2&100', '3&100', '4&100']],
    [
      'pages smaller than the server claims',
      { items: 180, maxSize: 2_000, cutTo: 60 },
      ['1&50', '1&200', '2&200', '3&200'],
    ],
  ])('are read to the last page with %s', async (_, options, expected) => {
    const { fetch, calls } = server(options)
    await expect(fetch()).resolves.toMatchObject({ total: options.items, remark: undefined })
    expect(resultPages(calls())).toEqual(expected.map(page => `page=${page.replace('&', '&pageSize=')}`))
  })

  it.each([
    ['no total', ({ total: _, ...pages }: Json) => pages],
    ['no pages', () => undefined],
    ['a total of zero', (pages: Json) => ({ ...pages, total: 0 })],
  ])('are read by the announced count if there is %s', async (_, pages) => {
    await expect(server({ items: 120, pages }).fetch()).resolves.toMatchObject({ total: 120 })
  })

  it('are refused if the number of pages is unknown', async () => {
    const { fetch } = server({ start: finished(), items: 120, pages: () => undefined })
    await expect(fetch()).rejects.toThrow(/does not say how many pages/)
  })

  it('are refused if they are a page without a size: it may be one of several', async () => {
    const { fetch } = server({ start: finished(), items: 30, pages: () => undefined })
    await expect(fetch()).rejects.toThrow(/does not say how many pages/)
    const sized = server({ start: finished(), items: 30, pages: () => ({ size: 50 }) })
    await expect(sized.fetch()).resolves.toMatchObject({ total: 30 })
  })

  it.each([
    ['the run says fewer than the pages', { start: finished(100) }, 120],
    ['only the pages say how many there are', { start: finished() }, 120],
  ])('are refused if some are missing, where %s', async (_, start, items) => {
    const { fetch } = server({ ...start, items, pages: pages => ({ ...pages, total: 2 }) })
    await expect(fetch()).rejects.toThrow(/found 120 detections and gave 100/)
  })

  it('are refused if pages are missing: a count that is too low looks calm', async () => {
    const { fetch } = server({ items: 120, pages: pages => ({ ...pages, total: 2 }) })
    await expect(fetch()).rejects.toThrow(/found 120 detections and gave 100/)
  })

  it('are refused before they are read, if they would take more calls than the limit for one tenant', async () => {
    const small = server({ items: 1_001, maxSize: 50 })
    await expect(small.fetch()).rejects.toThrow(
      /1001 detections.*would take 20 more calls; the limit for one tenant is 20/,
    )
    expect(small.calls()).toHaveLength(2)
    const large = server({ items: 9_000, maxSize: 2_000 })
    await expect(large.fetch()).rejects.toThrow(/9000 detections.*45 more calls/)
    expect(large.calls()).toHaveLength(2)
  })

  it('are refused if the budget has no room for them', async () => {
    const { fetch, calls } = server({ items: 330, maxSize: 100, affords: room => room <= 3 })
    await expect(fetch()).rejects.toThrow(/330 detections.*rate limits leave no room/)
    expect(calls()).toHaveLength(2)
  })

  it('are refused if an item is not as documented', async () => {
    const { fetch } = server({ results: { items: [{ severity: 3 }], pages: { total: 1 } } })
    await expect(fetch()).rejects.toThrow(/items\.0\.time/)
  })
})
