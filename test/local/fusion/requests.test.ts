import { describe, expect, it } from 'vitest'
import type { SophosClient } from '../../../lambda/sophos/client.ts'
import { RefusedError } from '../../../lambda/sophos/errors.ts'
import { askFrom, type Reply, readReply } from '../../../local/fusion/requests.ts'

const id = '11111111-1111-4111-8111-111111111111'
const url = 'https://fusion.example/graphql'

/** What the probe says of one request, where the service does this with it. */
async function replyTo(post: SophosClient['post'], variables?: Readonly<Record<string, unknown>>) {
  const refuse = () => {
    throw new Error('The probe only posts.')
  }
  const client: SophosClient = {
    post,
    get: refuse,
    signIn: refuse,
    guardedBy: refuse,
    calls: { made: 0, retries: 0, throttled: 0 },
  }
  return askFrom(client, url, ['Harbour Bakery', 'Harbour Bakery Ltd'])(
    { 'x-tenant-id': id },
    'query Q { a b }',
    variables,
  )
}

describe('one request of the probe', () => {
  it('goes to the endpoint with its headers, its document and its variables, and without any to none', async () => {
    const sent: unknown[] = []
    const post: SophosClient['post'] = async (request, json) => {
      sent.push([request, json])
      return { data: {} }
    }
    await replyTo(post, { in: 1 })
    await replyTo(post)
    const request = { host: url, path: '', headers: { 'x-tenant-id': id } }
    expect(sent).toEqual([
      [request, { query: 'query Q { a b }', variables: { in: 1 } }],
      [request, { query: 'query Q { a b }', variables: {} }],
    ])
  })

  it('reports the shape of a good answer, and no error', async () => {
    const reply = await replyTo(async () => ({ data: { a: 7, b: 'ACME' } }))
    expect(reply.text).toBe('HTTP 200, data: { a: 7, b: a text }')
    expect(reply.answer?.data).toEqual({ a: 7, b: 'ACME' })
  })

  it('counts the fields that are errors, and quotes the first without its ids', async () => {
    const errors = [
      { message: 'conn busy', path: ['b'] },
      { message: `no record ${id}`, path: ['a'] },
    ]
    const reply = await replyTo(async () => ({ data: { a: null, b: null, c: 1 }, errors }))
    expect(reply.text).toMatch(
      /^HTTP 200, data: .*; fields with an error: 2, the first: .*no record <a UUID>/,
    )
    expect(reply.answer).toBeDefined()
  })

  it.each([
    ['a name', new RefusedError(403, { text: 'not for Harbour Bakery Ltd' }), /^HTTP 403: not for <a name>$/],
    ['a refusal', new RefusedError(403, { text: `not for ${id}` }), /^HTTP 403: not for <a UUID>$/],
    ['a broken line', new Error(`${url} reset`), /^no answer: <a URL> reset$/],
    ['no error object', `lost ${id}`, /^no answer: lost <a UUID>$/],
  ])('is no answer after %s, and says why without ids', async (_, error, said) => {
    const reply = await replyTo(async () => {
      throw error
    })
    expect(reply.answer).toBeUndefined()
    expect(reply.text).toMatch(said)
  })

  it('is no answer where 200 brings an error or something unreadable', async () => {
    const whole = await replyTo(async () => ({ data: null, errors: [{ message: `bad ${id}` }] }))
    expect(whole.answer).toBeUndefined()
    expect(whole.text).toMatch(/^HTTP 200: .*bad <a UUID>/)
    const unreadable = await replyTo(async () => [])
    expect(unreadable.answer).toBeUndefined()
    expect(unreadable.text).toMatch(/^HTTP 200: /)
  })
})

describe('what an answer holds', () => {
  const reply: Reply = { answer: { data: { a: 7 }, trouble: () => undefined }, text: '' }

  it('is what the reader makes of it', () => {
    expect(readReply(reply, ({ data }) => data.a)).toBe(7)
  })

  it('is unknown without an answer, and where the reader refuses it', () => {
    expect(readReply({ answer: undefined, text: '' }, () => 7)).toBeUndefined()
    const refuse = () => {
      throw new Error('not this')
    }
    expect(readReply(reply, refuse)).toBeUndefined()
  })
})
