import { plainText } from '../text/plain.ts'

/**
 * How a call to Sophos can fail. (The gate adds OutOfBudgetError: there was no room for a call.) Messages are for people.
 * They may quote Sophos, from whose answers all secrets are hidden before they are read (`answers.ts`), in plain text.
 */
abstract class SophosError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(plainText(message, longestMessage), options)
  }
}

/** A sentence of ours with a sentence of theirs in it. */
const longestMessage = 600

/** Sophos refused. `status` is the HTTP status, `code` Sophos' own error code. */
export class RefusedError extends SophosError {
  override readonly name = 'RefusedError'
  readonly status: number
  readonly code: string | undefined
  /** Sophos support asks for it. */
  readonly correlationId: string | undefined

  constructor(status: number, details: { text: string; code?: string; correlationId?: string }) {
    super(plainText(details.text, 200) || `HTTP ${status}`)
    this.status = status
    this.code = details.code && plainText(details.code, 60)
    this.correlationId = details.correlationId && plainText(details.correlationId, 80)
  }
}

/** The identity service refused the client ID or the client secret. No call can succeed until that is fixed. */
export class CredentialsError extends SophosError {
  override readonly name = 'CredentialsError'

  constructor(cause: RefusedError) {
    super(
      `Sophos refused the credentials (${cause.code ?? cause.message}). Check that the secret holds the clientId and clientSecret ` +
        'of an API credential that exists in Sophos Central, under Global Settings > API Credentials Management.',
      { cause },
    )
  }
}

/** No answer: the network failed, or the timeout passed. */
export class UnreachableError extends SophosError {
  override readonly name = 'UnreachableError'
}

/** The answer is not as documented. `retryable` if the fault may pass. */
export class UnexpectedAnswerError extends SophosError {
  override readonly name = 'UnexpectedAnswerError'
  readonly retryable: boolean

  constructor(message: string, { retryable = false } = {}) {
    super(message)
    this.retryable = retryable
  }
}

/** Sophos named an address that must not get the token. */
export class ForeignHostError extends SophosError {
  override readonly name = 'ForeignHostError'
}
