import { createServer, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../listen.ts'

/** What the process of a function says to its host, and how the host hears it. */
export type RuntimeEvents = {
  /** The process is ready for an event: `answer` it, now or later. */
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
  const server = createServer((request, response) => {
    // A process that is killed while it speaks is heard of through its end.
    text(request).then(
      body => heard(request.url ?? '', body, response),
      () => response.destroy(),
    )
  })

  function heard(url: string, body: string, response: ServerResponse): void {
    const path = url.replace('/2018-06-01/runtime/', '')
    const [, requestId = '', verb] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (path === 'invocation/next') {
      events.next(invocation => hand(response, invocation))
      return
    }
    // Heard before it is acknowledged: a process may end as soon as it has the answer.
    if (path === 'init/error') events.initError(body)
    else if (verb === 'response') events.response(requestId, body)
    else if (verb === 'error') events.error(requestId, body)
    response.writeHead(path === 'init/error' || verb !== undefined ? 202 : 404).end()
  }

  return listen(server, 0)
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
