/**
 * Why AWS did not do what it was asked, as far as the remedy differs.
 *
 * - `sign_in`: no AWS credentials, or expired or wrong ones
 * - `denied`: the role lacks a right
 * - `key`: the key of the secret may not be used, or cannot be
 * - `missing`: there is no such thing in this account and region
 * - `deleted`: it is marked for deletion
 * - `region`: no region is set
 * - `network`: no answer
 */
export type AwsTrouble = 'sign_in' | 'denied' | 'key' | 'missing' | 'deleted' | 'region' | 'network' | 'other'

/** Returns why a call of an AWS client failed. */
export function awsTrouble(error: unknown): AwsTrouble {
  if (!(error instanceof Error)) return 'other'
  const { name, message } = error
  if (/region is missing/i.test(message)) return 'region'
  if (signIn.has(name)) return 'sign_in'
  if (/^KMS|^(Decryption|Encryption)Failure$/.test(name)) return 'key'
  // Secrets Manager words a right on the key that is missing as one on the secret: "Access to KMS is not allowed".
  if (/^AccessDenied/.test(name)) return /\bkms\b/i.test(message) ? 'key' : 'denied'
  if (name === 'ResourceNotFoundException' || /does not exist$/.test(message)) return 'missing'
  if (/marked (for deletion|deleted)|scheduled for deletion/i.test(message)) return 'deleted'
  const code = 'code' in error ? String(error.code) : ''
  const isNetwork = /^(E[A-Z]{3,}|ERR_TLS|CERT_|UND_ERR|UNABLE_TO|(DEPTH_ZERO_)?SELF_SIGNED)/.test(code)
  return isNetwork || name === 'TimeoutError' || /longer than [\d.]+ seconds/.test(message)
    ? 'network'
    : 'other'
}

/** How the services name the absence of valid AWS credentials. */
const signIn = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
])
