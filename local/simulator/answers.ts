import { randomUUID } from 'node:crypto'

/** An answer of the simulator: JSON or plain text. */
export type Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
} & ({ readonly json: unknown } | { readonly text: string; readonly contentType: string })

/** Thrown if a request cannot be served. The server sends its answer. */
export class Refusal extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

const ids = () => ({ correlationId: randomUUID(), requestId: randomUUID() })

/** The documented error object, with all of its fields. */
export function standardError(status: number, error: string, message: string, now: number): Answer {
  const createdAt = new Date(now).toISOString()
  const docUrl = 'https://developer.sophos.com/intro#error-response-object'
  return { status, json: { error, message, ...ids(), code: `${status}`, createdAt, docUrl } }
}

/** For a missing, unknown or expired token. The real answer has no message. */
export function unauthorized(): Answer {
  return { status: 401, json: { error: 'Unauthorized', ...ids() } }
}

/** The same at Sophos Fusion's gateway. */
export function unauthorizedOnFusion(): Answer {
  return { status: 401, json: { message: 'unauthorized token' } }
}

/** For a tenant that this credential may not read. The real answer has neither code nor docUrl. */
export function forbidden(now: number): Answer {
  const createdAt = new Date(now).toISOString()
  return { status: 403, json: { error: 'forbidden', ...ids(), createdAt, message: 'Forbidden' } }
}

export function badRequest(message: string, now: number): Answer {
  return standardError(400, 'badRequest', message, now)
}

export function notFound(message: string, now: number): Answer {
  return standardError(404, 'notFound', message, now)
}

/** A failure inside the service. The real answer has neither code, createdAt nor docUrl. */
export function internalError(): Answer {
  const message = 'An unexpected error occurred while processing the request'
  return { status: 500, json: { error: 'internalServerError', message, ...ids() } }
}

/** The answer of a regional host to a partner or organization call: a gateway's page, not JSON. */
export function gatewayTimeout(): Answer {
  const text =
    '<html><head><title>504 Gateway Time-out</title></head><body>504 Gateway Time-out</body></html>'
  return { status: 504, text, contentType: 'text/html' }
}

/** For a wrong client id or secret. The token endpoint has its own error object. */
export function tokenError(status: number, errorCode: string, message: string): Answer {
  return { status, json: { errorCode, message, trackingId: randomUUID() } }
}
