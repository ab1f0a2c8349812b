import { Script } from 'node:vm'
import * as v from 'valibot'
import type { Answer } from './answer.ts'

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

/** What a viewer-request function said: go on, perhaps with another path, or this answer at once. */
export type Verdict = { readonly uri: string } | Answer

/**
 * The text of a CloudFront Function as a function from request to verdict. As at CloudFront it runs in strict mode, starts
 * anew for every request, finds nothing of Node, and cannot make code from text.
 */
export function viewerRequestFunction(code: string): (request: ViewerRequest) => Promise<Verdict> {
  const script = new Script(`'use strict';${code};handler(event)`, { filename: 'viewer-request.js' })
  return async request => {
    const event = {
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
    }
    const said: unknown = await script.runInNewContext(
      { event },
      { contextCodeGeneration: { strings: false, wasm: false }, timeout: 1_000 },
    )
    const verdict = v.parse(v.union([answer, passed]), said)
    if ('uri' in verdict) return verdict
    return {
      status: verdict.statusCode,
      headers: Object.fromEntries(Object.entries(verdict.headers).map(([name, { value }]) => [name, value])),
      body: Buffer.from(verdict.body?.data ?? ''),
    }
  }
}
