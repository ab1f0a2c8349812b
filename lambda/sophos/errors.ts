/**
 * The ways in which asking Sophos can fail, one question each. (One more is the gate's OutOfBudgetError: there
 * was no room to ask.) Their messages are whole sentences for people and never hold a secret or a token.
 */

/** Sophos answered, and the answer is no. `status` is the HTTP status, `code` Sophos' own word for it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly status: number
  readonly code: string | undefined
  /** What Sophos' support asks for. */
  readonly correlationId: string | undefined

  constructor(status: number, said: { text: string; code?: string; correlationId?: string }) {
    super(said.text)
    this.status = status
    this.code = said.code
    this.correlationId = said.correlationId
  }
}

/** The identity service refused the client ID or the client secret: no call can succeed until somebody acts. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'

  constructor(cause: RefusedError) {
    super(
      `Sophos refused the credentials (${cause.code ?? cause.message}). Check that the secret holds the clientId and clientSecret ` +
        'of an API credential that exists in Sophos Central, under Global Settings > API Credentials Management.',
      { cause },
    )
  }
}

/** No answer came: the network failed, or the time was up. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** An answer came, and it is not what the API is documented to answer. `retryable` where it may be a passing fault. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError'
  readonly retryable: boolean

  constructor(message: string, { retryable = false } = {}) {
    super(message)
    this.retryable = retryable
  }
}

/** The address that Sophos named is not one that may see the token. */
export class ForeignHostError extends Error {
  override readonly name = 'ForeignHostError'
}
