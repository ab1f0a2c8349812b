import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { askFile } from '../../site/poll/ask-file.ts'
import { type Pace, pollDelay } from '../../site/poll/poll-delay.ts'
import { startPolling } from '../../site/poll/poll-loop.ts'
import { retryAfter } from '../../site/poll/retry-after.ts'
import { correctedOffset } from '../../site/poll/server-clock.ts'

const pace = (part: Partial<Pace> = {}): Pace => ({
  failures: 0,
  hidden: false,
  nothing: false,
  retryAfterMs: undefined,
  ...part,
})

describe('pollDelay', () => {
  it('polls every 30 s while visible and every 5 min while hidden', () => {
    expect(pollDelay(pace(), 0.5)).toBe(30_000)
    expect(pollDelay(pace({ hidden: true }), 0.5)).toBe(300_000)
  })

  it('polls every 5 s while visible and with nothing to show yet, unless the server has problems', () => {
    expect(pollDelay(pace({ nothing: true }), 0.5)).toBe(5_000)
    expect(pollDelay(pace({ nothing: true, hidden: true }), 0.5)).toBe(300_000)
    expect(pollDelay(pace({ nothing: true, failures: 1 }), 0)).toBe(30_000)
  })

  it('doubles the wait, half of it random, never over five minutes and never below the usual wait', () => {
    expect(pollDelay(pace({ failures: 1 }), 0)).toBe(30_000)
    expect(pollDelay(pace({ failures: 2 }), 0)).toBe(60_000)
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.boolean(),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, hidden, nothing, random) => {
          fc.pre(failures > 0 || !nothing)
          const delay = pollDelay(pace({ failures, hidden, nothing }), random)
          expect(delay).toBeGreaterThanOrEqual(hidden ? 300_000 : 30_000)
          expect(delay).toBeLessThanOrEqual(300_000)
        },
      ),
    )
  })

  it('waits as long as the server asks, and a little more at random', () => {
    expect(pollDelay(pace({ failures: 1, retryAfterMs: 120_000 }), 0)).toBe(120_000)
    expect(pollDelay(pace({ failures: 1, retryAfterMs: 120_000 }), 0.5)).toBe(135_000)
    expect(pollDelay(pace({ failures: 5, retryAfterMs: 1_000 }), 0)).toBe(150_000)
  })

  it('asks again after an hour, however long the server asks for', () => {
    expect(pollDelay(pace({ failures: 1, retryAfterMs: 1e12 }), 1)).toBeLessThanOrEqual(3_630_000)
  })
})

describe('retryAfter', () => {
  const at = Date.UTC(2026, 10, 22, 10)
  it.each([
    [{}, undefined],
    [{ 'retry-after': '90' }, 90_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 10:02:00 GMT' }, 120_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 10:02:00 GMT', date: 'Sun, 22 Nov 2026 10:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after': '-5, soon' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
  ])('for %j returns %j ms', (headers, ms) => {
    expect(retryAfter(new Headers(headers), at)).toBe(ms)
  })
})

describe('correctedOffset', () => {
  const date = Date.UTC(2026, 10, 22, 10)
  const answer = (browserTime: number, ageHeader: string | null = null) => ({
    dateHeader: new Date(date).toUTCString(),
    ageHeader,
    sentAt: browserTime - 40,
    receivedAt: browserTime,
  })

  it('does not change a correct clock', () => {
    for (let late = 0; late < 1000; late += 50) expect(correctedOffset(0, answer(date + late))).toBe(0)
  })

  it('finds the error of a wrong clock to within a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), fc.nat(999), (wrong, late) => {
        const offset = correctedOffset(0, answer(date + late + wrong))
        expect(Math.abs(offset + wrong)).toBeLessThanOrEqual(1020)
      }),
    )
  })

  it('keeps a correction that the next answer does not contradict', () => {
    const offset = correctedOffset(0, answer(date + 3_600_000))
    expect(correctedOffset(offset, answer(date + 3_600_000 + 300))).toBe(offset)
  })

  it('adds the time that a cache held the answer', () => {
    expect(correctedOffset(0, answer(date + 25_500, '25'))).toBe(0)
  })

  it('does nothing without a Date', () => {
    expect(correctedOffset(7, { ...answer(date), dateHeader: null })).toBe(7)
  })
})

describe('askFile', () => {
  const now = () => 0
  const validators = { etag: '"1"', lastModified: 'Sun, 22 Nov 2026 10:00:00 GMT' }
  const answering = (response: Response) => vi.fn<typeof fetch>(async () => response)

  it('sends the ETag past the browser’s cache, and gets the 304', async () => {
    const fetch = answering(new Response(null, { status: 304 }))
    expect(await askFile('detections.csv', validators, { fetch, now })).toMatchObject({ kind: 'unchanged' })
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ cache: 'no-store', headers: { 'If-None-Match': '"1"' } })
  })

  it('sends the date if there is no ETag', async () => {
    const fetch = answering(new Response('x'))
    await askFile('detections.csv', { ...validators, etag: null }, { fetch, now })
    expect(fetch.mock.calls[0]?.[1]?.headers).toEqual({ 'If-Modified-Since': validators.lastModified })
  })

  it.each([
    [new Response('x', { status: 404 }), { kind: 'missing', code: 404 }],
    [new Response('x', { status: 403 }), { kind: 'missing', code: 403 }],
    [new Response('x', { status: 503 }), { kind: 'trouble', why: { kind: 'status', code: 503 } }],
    [
      new Response('x', { status: 503, headers: { 'retry-after': '7' } }),
      { kind: 'trouble', retryAfterMs: 7_000 },
    ],
    [new Response('ID', { headers: { 'content-type': 'text/html' } }), { kind: 'trouble' }],
  ])('distinguishes the server’s answers (%#)', async (response, expected) => {
    expect(await askFile('detections.csv', undefined, { fetch: answering(response), now })).toMatchObject(
      expected,
    )
  })

  it('gives up after 20 s, also during the body', async () => {
    vi.useFakeTimers()
    const fetch: typeof globalThis.fetch = async (_, init) =>
      new Response(
        new ReadableStream({
          start: body => init?.signal?.addEventListener('abort', () => body.error(new Error('aborted'))),
        }),
      )
    const asked = askFile('detections.csv', undefined, { fetch, now })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await asked).toMatchObject({ kind: 'trouble', why: { kind: 'timeout', seconds: 20 } })
    vi.useRealTimers()
  })
})

describe('startPolling', () => {
  function start(outcomes: () => Promise<boolean>) {
    vi.useFakeTimers()
    const page = Object.assign(new EventTarget(), { hidden: false })
    const network = new EventTarget()
    const poll = vi.fn(async () => ({ well: await outcomes(), nothing: false }))
    startPolling(poll, page as unknown as Document, network as unknown as Window)
    return { page, network, poll }
  }

  it('never has two polls at once, however slow one is', async () => {
    const ends: (() => void)[] = []
    const { page, poll } = start(() => new Promise(resolve => ends.push(() => resolve(true))))
    await vi.advanceTimersByTimeAsync(600_000)
    page.dispatchEvent(new Event('visibilitychange'))
    expect(poll).toHaveBeenCalledTimes(1)
    ends[0]?.()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(poll).toHaveBeenCalledTimes(2)
  })

  it('slows down in a hidden tab and polls at once on return', async () => {
    const { page, poll } = start(async () => true)
    await vi.advanceTimersByTimeAsync(0)
    page.hidden = true
    page.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(290_000)
    expect(poll).toHaveBeenCalledTimes(1)
    page.hidden = false
    page.dispatchEvent(new Event('visibilitychange'))
    expect(poll).toHaveBeenCalledTimes(2)
  })

  it('does not poll for quick switches between tabs', async () => {
    const { page, poll } = start(async () => true)
    await vi.advanceTimersByTimeAsync(1_000)
    for (let i = 0; i < 10; i++) page.dispatchEvent(new Event('visibilitychange'))
    expect(poll).toHaveBeenCalledTimes(1)
  })

  it('polls a failing server less and less, and as usual after one good answer', async () => {
    let well = false
    const { poll } = start(async () => well)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(poll.mock.calls.length).toBeLessThan(32)
    well = true
    await vi.advanceTimersByTimeAsync(300_000)
    const before = poll.mock.calls.length
    await vi.advanceTimersByTimeAsync(300_000)
    expect(poll.mock.calls.length - before).toBe(10)
  })
})
