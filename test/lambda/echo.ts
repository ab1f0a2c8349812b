import type { HttpRequest, Transport } from '../../lambda/sophos/transport.ts'

/** How a server or a gateway may write back what it was sent. */
export const writings: Readonly<Record<string, (text: string) => string>> = {
  plain: text => text,
  capitals: text => text.toUpperCase(),
  url: encodeURIComponent,
  'url twice': text => encodeURIComponent(encodeURIComponent(text)),
  json: text => JSON.stringify(text),
  unicode: text => [...text].map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  html: text => [...text].map(c => `&#${c.charCodeAt(0)};`).join(''),
  base64: text => Buffer.from(text).toString('base64'),
  'base64 in a header': text => `Basic ${Buffer.from(`x:${text}`).toString('base64')}`,
  'unseen between': text => [...text].join('\u200b'),
  'url in ascii json': text =>
    [...text].map(c => `\\u0025${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  hexadecimal: text => Buffer.from(text).toString('hex'),
}

/** Which answers are spoilt, and with what. */
export type Plan = {
  readonly writing: string
  /** The part of a secret that is left, from 0 to 1 each: the server cut it. */
  readonly cut: readonly [from: number, to: number]
  /** What becomes of the answer with this number: `fields` and `keys` stay a good answer with echoes in it. */
  readonly kinds: readonly ('good' | 'fields' | 'keys' | 'error' | 'bare' | 'text' | 'graphql')[]
  readonly status: number
}

/** A transport through which each answer repeats what was sent: the authorization, the form of the token, or all of it. */
export function echoing(plan: Plan, secrets: () => readonly string[]): (send: Transport) => Transport {
  let calls = 0
  return send => async request => {
    const answer = await send(request)
    calls += 1
    const kind = plan.kinds[calls % plan.kinds.length] ?? 'good'
    const isToken = request.url.includes('/oauth2/')
    // Without a token nothing more would be asked.
    if (kind === 'good' || (isToken && calls < 2 && kind !== 'fields')) return answer
    const echo = `said ${secrets().map(write).join(' ')} ${write(sentIn(request))}`
    const error = {
      message: echo,
      error: echo,
      errorCode: echo,
      correlationId: echo,
      errors: [{ message: echo }],
    }
    switch (kind) {
      case 'fields':
        return {
          ...answer,
          text: spoil(
            answer.text,
            text => `${text} ${echo}`,
            text => text,
          ),
        }
      case 'keys':
        return {
          ...answer,
          text: spoil(
            answer.text,
            text => text,
            text => `${text} ${echo}`,
          ),
        }
      case 'error':
        return { ...answer, status: plan.status, text: JSON.stringify(error), header: () => echo }
      case 'bare':
        return { ...answer, text: JSON.stringify(echo) }
      case 'text':
        return { ...answer, text: `<html>${echo}</html>` }
      case 'graphql':
        return {
          ...answer,
          status: 200,
          text: JSON.stringify({ errors: [{ message: echo, path: [echo] }], data: { [echo]: echo } }),
        }
    }
  }

  function write(secret: string): string {
    const written = (writings[plan.writing] ?? (text => text))(secret)
    const [from, to] = plan.cut
    return written.slice(Math.floor(from * written.length), Math.ceil(to * written.length))
  }
}

const sentIn = ({ headers, body = '' }: HttpRequest): string => `${headers.authorization ?? ''} ${body}`

/** Changes every third text of an answer; ids and tokens among them too. */
function spoil(text: string, value: (text: string) => string, key: (text: string) => string): string {
  let seen = 0
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return ++seen % 3 === 0 ? value(part) : part
    if (Array.isArray(part)) return part.map(visit)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(
      Object.entries(part).map(([name, inner]) => [++seen % 7 === 0 ? key(name) : name, visit(inner)]),
    )
  }
  return JSON.stringify(visit(JSON.parse(text)))
}

/** Returns pieces of a secret that a text holds, in each way of writing, that have 12 characters of it or more. */
export function leaks(text: string, secrets: readonly string[]): string[] {
  // Outputs are JSON, and some hold JSON: how often a backslash was written does not matter.
  const read = text.replace(/\\+/g, '\\').toLowerCase()
  return secrets.flatMap(secret =>
    Object.entries(writings).flatMap(([way, write]) => {
      const written = write(secret)
        .replace(/^Basic /, '')
        .replace(/\\+/g, '\\')
        .toLowerCase()
      // Some characters take more room than others: in the room of any 14 of them there are always 12 whole ones.
      const size = Math.max(...[...secret].map((_, at) => write(secret.slice(at, at + 14)).length))
      // Beside its edges, where base64 mixes it with its neighbours.
      for (let at = 4; at + size <= written.length - 4; at += 1) {
        if (read.includes(written.slice(at, at + size))) return [`${way}: ${written.slice(at, at + size)}`]
      }
      return []
    }),
  )
}
