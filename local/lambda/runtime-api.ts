import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { serveLocally } from '../loopback/serve.ts'

/** Callbacks for the messages from the function's process. */
export type RuntimeEvents = {
  /** The process is ready for an event. Call `answer` now or later. */
  readonly next: (answer: (invocation: Invocation) => void) => void
  /** The handler has returned; `body` is JSON. */
  readonly response: (requestId: string, body: string) => void
  /** The handler has thrown; `body` is the error as JSON. */
  readonly error: (requestId: string, body: string) => void
  /** The handler could not be loaded; `body` is the error as JSON. */
  readonly initError: (body: string) => void
}

export type Invocation = {
  readonly requestId: string
  readonly deadline: number
  readonly functionArn: string
  readonly body: string
}

/** Lambda's Runtime API (version 2018-06-01) for one process at a time. */
export function serveRuntimeApi(events: RuntimeEvents) {
  function answer(request: IncomingMessage, response: ServerResponse): void {
    // If the process is killed while it sends, the host learns of it from the end of the process.
    text(request).then(
      body => dispatch(request.url ?? '', body, response),
      () => response.destroy(),
    )
  }

  function dispatch(url: string, body: string, response: ServerResponse): void {
    const path = url.replace('/2018-06-01/runtime/', '')
    const [, requestId = '', verb] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (path === 'invocation/next') {
      events.next(invocation => hand(response, invocation))
      return
    }
    // Before the response: the process may end as soon as it has it.
    if (path === 'init/error') events.initError(body)
    else if (verb === 'response') events.response(requestId, body)
    else if (verb === 'error') events.error(requestId, body)
    response.writeHead(path === 'init/error' || verb !== undefined ? 202 : 404).end()
  }

  return serveLocally(answer)
}

function hand(response: ServerResponse, { requestId, deadline, functionArn, body }: Invocation): void {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': `${deadline}`,
    'Lambda-Runtime-Invoked-Function-Arn': functionArn,
  })
  response.end(body)
}
