/** How long the parts of an exchange may take, in milliseconds. */
export type TimeLimits = {
  /** The whole of it, from the first step to the last byte. */
  readonly whole: number
  /** Until there is a connection. */
  readonly connection: number
  /** A pause in the middle of the answer. */
  readonly pause: number
}

/** Returns a plain sentence that says why no whole answer came. It holds no secret. */
export function describeFailure(error: unknown, limits: TimeLimits, maxBytes: number): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const status = /^Proxy response \((\d+)\)/.exec(error.message)?.[1]
  if (status === '407') return 'the proxy asks for a valid user name and password (407)'
  if (status !== undefined) return `the proxy refused to connect (${status})`
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return `no answer within ${seconds(limits.whole)}`
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `no connection within ${seconds(limits.connection)}`
    case 'UND_ERR_BODY_TIMEOUT':
      return `the answer stopped half-way: nothing came for ${seconds(limits.pause)}`
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
    case 'ERR_BUFFER_TOO_LARGE':
      return `the answer is larger than ${maxBytes / 1024 / 1024} MiB`
    case 'UND_ERR_PRX_CONN':
      return 'the proxy closed the connection'
    case 'UND_ERR_SOCKET':
      return 'the other side closed the connection before its answer was complete'
  }
  if (untrusted.has(code)) {
    return (
      `the certificate is not trusted (${code}). Where a proxy inspects TLS, ` +
      'NODE_EXTRA_CA_CERTS must name the file of its certificate'
    )
  }
  const said = error.message || error.name
  return said.includes(code) ? said : `${said} (${code})`
}

const seconds = (ms: number): string => `${ms / 1_000} seconds`

/** What OpenSSL says of a certificate whose issuer it does not know. */
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
