import * as v from 'valibot'
import { parseJson } from '../schemas.ts'
import type { Transport } from '../sophos/transport.ts'

const tokenSchema = v.object({ expires_in: v.number() })

/** Wraps a transport and records the life of the latest token (seconds). Keeps nothing else of a token. */
export function recordTokenLife(
  send: Transport,
  idUrl: string,
): { send: Transport; seconds: () => number | undefined } {
  let seconds: number | undefined
  return {
    seconds: () => seconds,
    async send(request) {
      const answer = await send(request)
      if (
        answer.status === 200 &&
        request.method === 'POST' &&
        request.url.startsWith(`${idUrl}/api/v2/oauth2/`)
      ) {
        const parsed = v.safeParse(tokenSchema, parseJson(answer.text))
        if (parsed.success) seconds = parsed.output.expires_in
      }
      return answer
    },
  }
}
