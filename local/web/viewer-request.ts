import * as v from 'valibot'
import type { Answer } from './answer.ts'
import { edgeProgram, type ReadValue } from './edge-runtime.ts'

export type ViewerRequest = {
  readonly ip: string
  readonly method: string
  readonly uri: string
  readonly headers: Readonly<Record<string, string>>
}

const values = v.record(v.string(), v.object({ value: v.string() }))
const answer = v.object({
  statusCode: v.number(),
  headers: v.optional(values, {}),
  body: v.optional(v.object({ encoding: v.literal('text'), data: v.string() })),
})
const passed = v.object({ uri: v.string() })

/** The result of a viewer-request function: continue, perhaps with another path, or send this answer. */
export type Verdict = { readonly uri: string } | Answer

/** Compiles the text of a viewer-request function. `store`: its key-value store, if any. */
export function viewerRequestFunction(
  code: string,
  store: ReadValue | undefined,
): (request: ViewerRequest) => Promise<Verdict> {
  const run = edgeProgram(code, store)
  return async request => {
    const result = await run({
      version: '1.0',
      context: { eventType: 'viewer-request' },
      viewer: { ip: request.ip },
      request: {
        method: request.method,
        uri: request.uri,
        querystring: {},
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, { value }]),
        ),
        cookies: {},
      },
    })
    const verdict = v.parse(v.union([answer, passed]), result)
    if ('uri' in verdict) return verdict
    return {
      status: verdict.statusCode,
      headers: Object.fromEntries(Object.entries(verdict.headers).map(([name, { value }]) => [name, value])),
      body: Buffer.from(verdict.body?.data ?? ''),
    }
  }
}
