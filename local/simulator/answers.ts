import { randomUUID } from 'node:crypto'

/** What the simulator answers: JSON, or a text as it is. */
export type Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
} & ({ readonly json: unknown } | { readonly text: string; readonly contentType: string })

/** Thrown by whatever finds that a request cannot be served; the server sends its answer. */
export class Refusal extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

const ids = () => ({ correlationId: randomUUID(), requestId: randomUUID() })

/** The error object as it is documented, with all of its fields. */
export function standardError(status: number, error: string, message: string, now: number): Answer {
  const createdAt = new Date(now).toISOString()
  const docUrl = 'https://developer.sophos.com/intro#error-response-object'
  return { status, json: { error, message, ...ids(), code: `${status}`, createdAt, docUrl } }
}

/** A missing, unknown or expired token. The real answer has no message. */
export function unauthorized(): Answer {
  return { status: 401, json: { error: 'Unauthorized', ...ids() } }
}

/** The same at Sophos Fusion's gateway. */
export function unauthorizedOnFusion(): Answer {
  return { status: 401, json: { message: 'unauthorized token' } }
}

/** A tenant that this credential may not read. The real answer has neither code nor docUrl. */
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

/** What a partner or organization call meets on a regional host: a gateway's page, not JSON. */
export function gatewayTimeout(): Answer {
  const text =
    '<html><head><title>504 Gateway Time-out</title></head><body>504 Gateway Time-out</body></html>'
  return { status: 504, text, contentType: 'text/html' }
}

/** A wrong client id or secret at the token endpoint, which has its own error object. */
export function tokenError(status: number, errorCode: string, message: string): Answer {
  return { status, json: { errorCode, message, trackingId: randomUUID() } }
}
