import { describe, expect, it } from 'vitest'
import { OutOfBudgetError, openGate } from '../../../lambda/pacing/gate.ts'
import { fullPace } from '../../../lambda/pacing/pace.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { createClient } from '../../../lambda/sophos/client.ts'
import {
  CredentialsError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../../../lambda/sophos/errors.ts'
import type { Guard, Retry } from '../../../lambda/sophos/sender.ts'
import type { HttpRequest } from '../../../lambda/sophos/transport.ts'
import { virtualClock } from '../../virtual-clock.ts'

type Answer =
  | { status: number; body?: unknown; text?: string; headers?: Record<string, string>; takesMs?: number }
  | Error
type Asked = HttpRequest & { at: number }

const token = (value: string, life = 3_600): Answer => ({
  status: 200,
  body: { access_token: value, expires_in: life },
})

/** A client of a scripted server: one script for the token, one for everything else; the last entry repeats. */
function scripted(options: {
  tokens?: Answer[]
  answers: Answer[]
  limits?: string
  deadlineMs?: number
  random?: number
}) {
  const clock = virtualClock(0)
  const start = clock.now()
  const deadline = start + (options.deadlineMs ?? 3_600_000)
  const tokens = [...(options.tokens ?? [token('t1'), token('t2'), token('t3')])]
  const answers = [...options.answers]
  const asked: Asked[] = []
  const retries: Retry[] = []
  const gate = openGate({
    windows: parseRateWindows(options.limits ?? '100/s'),
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
    random: () => options.random ?? 0.5,
    idUrl: 'https://id.sophos.com',
    readCredentials: async () => ({ clientId: 'the-id', clientSecret: 'the-secret' }),
    onRetry: retry => retries.push(retry),
    send: async request => {
      asked.push({ ...request, at: clock.now() })
      const script = request.url.endsWith('/token') ? tokens : answers
      const answer = script.length > 1 ? script.shift() : script[0]
      if (!answer || answer instanceof Error) throw answer ?? new Error('The script is empty')
      await clock.sleep(answer.takesMs ?? 10)
      const text = answer.text ?? JSON.stringify(answer.body ?? {})
      return { status: answer.status, text, header: name => answer.headers?.[name] }
    },
  })
  const get = (path = '/x') => client.get({ host: 'https://api.central.sophos.com', path })
  return { clock, client, asked, retries, get, gate }
}

const gets = (asked: readonly Asked[]) => asked.filter(({ method }) => method === 'GET')

describe('the client', () => {
  it('gets one token for calls at the same time, and sends it with each', async () => {
    const { clock, client, asked, get } = scripted({ answers: [{ status: 200, body: { ok: true } }] })
    await clock.drive(Promise.all([get(), get(), get()]))
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET'])
    expect(asked[0]?.body).toBe(
      'grant_type=client_credentials&client_id=the-id&client_secret=the-secret&scope=token',
    )
    expect(asked[1]?.headers).toMatchObject({ authorization: 'Bearer t1' })
    expect(client.calls).toEqual({ made: 4, retries: 0, throttled: 0 })
  })

  it('renews the token before it ends', async () => {
    const { clock, asked, get } = scripted({
      tokens: [token('t1', 600), token('t2', 600)],
      answers: [{ status: 200 }],
    })
    await clock.drive(get())
    await clock.drive(clock.sleep(600_000 - 121_000))
    await clock.drive(get())
    await clock.drive(clock.sleep(2_000))
    await clock.drive(get())
    expect(gets(asked).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer t1',
      'Bearer t2',
    ])
  })

  it('renews the token once after a 401, even if several calls were refused, and retries the calls', async () => {
    const no: Answer = { status: 401, body: { error: 'Unauthorized' } }
    const { clock, client, asked, get } = scripted({ answers: [no, no, { status: 200, body: { fine: 1 } }] })
    await expect(clock.drive(Promise.all([get('/a'), get('/b')]))).resolves.toEqual([
      { fine: 1 },
      { fine: 1 },
    ])
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2)
    expect(client.calls).toEqual({ made: 6, retries: 2, throttled: 0 })
  })

  it('gives up on a call that a new token does not help, and gets no other token for the next one', async () => {
    const { clock, asked, get } = scripted({ answers: [{ status: 401, body: { message: 'no' } }] })
    await expect(clock.drive(get('/a'))).rejects.toMatchObject({ status: 401 })
    await expect(clock.drive(get('/b'))).rejects.toMatchObject({ status: 401 })
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST', 'GET', 'GET'])
  })

  it('clips every field of a refusal, however long it is', async () => {
    const long = (letter: string) => letter.repeat(1_000_000)
    const body = { message: long('m'), error: long('e'), errorCode: long('c'), correlationId: long('i') }
    const { clock, get } = scripted({ answers: [{ status: 403, body }] })
    const error = await clock.drive(get()).catch((thrown: unknown) => thrown)
    if (!(error instanceof RefusedError)) throw error
    const { message, code = '', correlationId = '' } = error
    expect([message, code, correlationId].map(({ length }) => length)).toEqual([201, 61, 81])
  })

  it('takes the same token a second time, though a token is hidden in every other answer', async () => {
    const { clock, asked, get } = scripted({
      tokens: [token('one-token-for-all', 60)],
      answers: [{ status: 200, body: { echo: 'Bearer one-token-for-all' } }],
    })
    expect(await clock.drive(get())).toEqual({ echo: 'Bearer ***' })
    await clock.drive(clock.sleep(60_000))
    await clock.drive(get())
    expect(gets(asked).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one-token-for-all',
      'Bearer one-token-for-all',
    ])
  })

  it('tries refused credentials once, and says what to do without quoting the secret', async () => {
    const wrong: Answer = {
      status: 401,
      body: { errorCode: 'oauth.invalid_client_secret', message: 'Unauthorized' },
    }
    const { clock, asked, client, get } = scripted({ tokens: [wrong], answers: [{ status: 200 }] })
    const error = await clock.drive(client.signIn().catch((caught: unknown) => caught))
    expect(error).toBeInstanceOf(CredentialsError)
    expect(String(error)).toContain('oauth.invalid_client_secret')
    expect(String(error)).not.toContain('the-secret')
    await expect(clock.drive(get())).rejects.toBe(error)
    expect(asked).toHaveLength(1)
  })

  it.each([500, 502, 503, 504])('retries after %i, with backoff and through the gate', async status => {
    const { clock, client, asked, get } = scripted({
      answers: [{ status }, { status }, { status: 200, body: { at: 'last' } }],
    })
    await expect(clock.drive(get())).resolves.toEqual({ at: 'last' })
    const [first, second, third] = gets(asked).map(({ at }) => at)
    // Half of 2 s and half of 4 s, plus 10 ms for each answer.
    expect([(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)]).toEqual([1_010, 2_010])
    expect(client.calls).toEqual({ made: 4, retries: 2, throttled: 0 })
  })

  it.each([
    ['a reset', new UnreachableError('read ECONNRESET (ECONNRESET)')],
    ['HTML with 200', { status: 200, text: '<html>Bad gateway</html>' }],
    ['JSON cut short', { status: 200, text: '{"items":[' }],
  ])('retries after %s', async (_, fault) => {
    const { clock, asked, get } = scripted({ answers: [fault, { status: 200, body: { fine: 1 } }] })
    await expect(clock.drive(get())).resolves.toEqual({ fine: 1 })
    expect(gets(asked)).toHaveLength(2)
  })

  it('stops after a limited number of calls, whatever the trouble', async () => {
    for (const [fault, error, calls] of [
      [
        { status: 500, body: { error: 'internalServerError', message: 'An unexpected error' } },
        RefusedError,
        4,
      ],
      [{ status: 200, text: 'garbage' }, UnexpectedAnswerError, 4],
      [new UnreachableError('gone'), UnreachableError, 4],
      [{ status: 429 }, RefusedError, 8],
      [{ status: 302, headers: { location: 'https://evil.example' } }, RefusedError, 1],
      [{ status: 403, text: '<html>no</html>' }, RefusedError, 1],
    ] as const) {
      const { clock, asked, get } = scripted({ answers: [fault] })
      await expect(clock.drive(get())).rejects.toBeInstanceOf(error)
      expect(gets(asked)).toHaveLength(calls)
    }
  })

  it('does not multiply the retries of the token with those of the call', async () => {
    const { clock, asked, get } = scripted({ tokens: [{ status: 503 }], answers: [{ status: 200 }] })
    await expect(clock.drive(get())).rejects.toMatchObject({ status: 503 })
    expect(asked).toHaveLength(4)
  })

  it.each([
    ['seconds', '30'],
    ['a date', new Date(30_010).toUTCString()],
  ])('pauses all calls for Retry-After in %s', async (_, retryAfter) => {
    const busy: Answer = { status: 429, headers: { 'retry-after': retryAfter } }
    const { clock, client, asked, retries, get } = scripted({ answers: [busy, { status: 200 }] })
    const other = clock.sleep(1_000).then(() => get('/other'))
    await clock.drive(Promise.all([get('/first'), other]))
    const times = gets(asked).map(({ at }) => at)
    expect(times).toHaveLength(3)
    for (const time of times.slice(1)) expect(time).toBeGreaterThanOrEqual(30_000)
    expect(client.calls.throttled).toBe(1)
    expect(retries).toEqual([expect.objectContaining({ pausesAllCalls: true })])
  })

  it('backs off longer with each 429 in a row, and starts over after a good answer', async () => {
    const busy: Answer = { status: 429 }
    const fine: Answer = { status: 200 }
    const { clock, retries, get } = scripted({ answers: [busy, busy, busy, fine, busy, fine] })
    await clock.drive(get())
    await clock.drive(get())
    expect(retries.map(({ waitMs }) => waitMs)).toEqual([1_000, 2_000, 4_000, 1_000])
  })

  it('counts the 429s of calls in flight together as one', async () => {
    const busy: Answer = { status: 429, takesMs: 50 }
    const { clock, retries, get } = scripted({ answers: [busy, busy, busy, { status: 200 }] })
    await clock.drive(Promise.all([get('/a'), get('/b'), get('/c')]))
    expect(retries).toHaveLength(1)
  })

  it('does not sleep past the deadline, but throws the last error at once', async () => {
    const { clock, get } = scripted({ answers: [{ status: 503 }], deadlineMs: 900 })
    await expect(clock.drive(get())).rejects.toMatchObject({ status: 503 })
    expect(clock.now()).toBeLessThan(900)
    const throttled = scripted({
      answers: [{ status: 429, headers: { 'retry-after': '60' } }],
      deadlineMs: 30_000,
    })
    await expect(throttled.clock.drive(throttled.get())).rejects.toMatchObject({ status: 429 })
    expect(throttled.clock.now()).toBeLessThan(100)
  })

  it('throws OutOfBudgetError if a call could not be made at all', async () => {
    const { clock, get } = scripted({ answers: [{ status: 200 }], limits: '1/m', deadlineMs: 30_000 })
    await expect(clock.drive(get())).rejects.toBeInstanceOf(OutOfBudgetError)
  })

  it('halves the pace once for the 429s of calls in flight together', async () => {
    const busy: Answer = { status: 429, takesMs: 50 }
    const { clock, get, gate } = scripted({ answers: [busy, busy, busy, { status: 200 }], limits: '8/s' })
    expect(gate.pace().share).toBe(1)
    await clock.drive(Promise.all([get('/a'), get('/b'), get('/c')]))
    expect(gate.pace().share).toBe(0.5)
  })

  it('sends JSON with the token, and retries it like a GET', async () => {
    const { clock, client, asked } = scripted({
      answers: [{ status: 503 }, { status: 201, body: { id: 1 } }],
    })
    const request = { host: 'https://api.central.sophos.com', path: '/x', headers: { 'x-tenant-id': 't' } }
    await expect(clock.drive(client.post(request, { from: 'a', to: 'b' }))).resolves.toEqual({ id: 1 })
    const posts = asked.filter(({ url }) => url.endsWith('/x'))
    expect(posts).toHaveLength(2)
    for (const post of posts) {
      expect(post).toMatchObject({ method: 'POST', body: '{"from":"a","to":"b"}' })
      expect(post.headers).toEqual({
        'x-tenant-id': 't',
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: 'Bearer t1',
      })
    }
  })
})

describe('the client behind a guard', () => {
  const no = new Error('the endpoint is down')
  /** Lets calls through until this many have failed. */
  function guardUntil(failures: number, tries = 4) {
    const recorded: unknown[] = []
    const failed = () => recorded.filter(Boolean).length
    const refusal = () => (failed() >= failures ? no : undefined)
    const guard: Guard = {
      tries,
      refusal,
      claim() {
        if (refusal()) throw no
      },
      record: error => recorded.push(error),
    }
    return { guard, recorded }
  }
  const request = { host: 'https://api.central.sophos.com', path: '/x' }

  it('reports the result of every call to it', async () => {
    const { clock, client } = scripted({ answers: [{ status: 500 }, { status: 200 }] })
    const { guard, recorded } = guardUntil(9)
    await clock.drive(client.guardedBy(guard).get(request))
    expect(recorded).toEqual([expect.any(RefusedError), undefined])
  })

  it('tries a call as often as it allows', async () => {
    const { clock, client, asked } = scripted({ answers: [{ status: 500 }] })
    const { guard } = guardUntil(9, 2)
    await expect(clock.drive(client.guardedBy(guard).get(request))).rejects.toMatchObject({ status: 500 })
    expect(gets(asked)).toHaveLength(2)
  })

  it('stops retrying as soon as it refuses, with the last error', async () => {
    const { clock, client, asked, retries } = scripted({ answers: [{ status: 500 }] })
    const { guard } = guardUntil(1)
    await expect(clock.drive(client.guardedBy(guard).get(request))).rejects.toMatchObject({ status: 500 })
    expect(gets(asked)).toHaveLength(1)
    expect(retries).toEqual([])
  })

  it('cancels calls that wait at the gate, at no cost', async () => {
    const { clock, client, asked, gate } = scripted({ answers: [{ status: 500 }], limits: '2/s 9/h' })
    await clock.drive(client.signIn())
    const { guard } = guardUntil(1)
    const calls = [1, 2, 3, 4].map(() => client.guardedBy(guard).get(request))
    const outcomes = await clock.drive(Promise.allSettled(calls))
    expect(gets(asked)).toHaveLength(1)
    expect(outcomes.map(outcome => 'reason' in outcome && outcome.reason)).toEqual([
      expect.any(RefusedError),
      no,
      no,
      no,
    ])
    expect(gate.remembered()).toHaveLength(2)
  })
})
