import { fromCommandLine } from './json.ts'
import { notAllowed } from './setting-error.ts'

const exampleArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos-AbCdEf'
const exampleSource = exampleArn.replace('sophos', 'emea')

/** @throws SettingError if `value` is not the complete ARN of a secret. */
export function parseSecretArn(value: unknown): string {
  return secretArn(value, 'secretArn', `-c secretArn=${exampleArn}`)
}

function secretArn(value: unknown, setting: string, example: string): string {
  // Without its last six characters an ARN is only a prefix, and the permission would need a wildcard.
  if (/^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/.test(String(value)))
    return String(value)
  if (/^arn:aws-/.test(String(value))) {
    throw notAllowed(
      setting,
      value,
      'a secret in a region of arn:aws; this cannot be installed in China or AWS GovCloud (US), whose CloudFront is another or none',
      example,
    )
  }
  throw notAllowed(
    setting,
    value,
    'the complete ARN of a secret, with the six characters that AWS adds to its name',
    example,
  )
}

/**
 * Parses `name=arn` pairs separated by commas, or an object of ARNs by name (JSON, or in cdk.json).
 * @throws SettingError
 */
export function parseSources(given: unknown): Map<string, string> {
  const sources = new Map<string, string>()
  for (const [name = '', arn] of entriesOf(fromCommandLine(given))) {
    // The name is part of a key in the bucket. `default` is the credential of `secretArn`.
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(name) || name === 'default' || sources.has(name)) {
      throw notAllowed(
        'sources',
        name,
        'names of 1 to 40 letters, digits, - and _, no duplicates, and not "default"',
        `-c sources=emea=${exampleSource}`,
      )
    }
    sources.set(name, secretArn(arn, `sources: ${name}`, `-c sources=${name}=${exampleSource}`))
  }
  return sources
}

const entriesOf = (value: unknown): [string?, unknown?][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
    : String(value)
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(source => {
          const [name, arn] = source.split(/=(.*)/s)
          return [name, arn]
        })

/**
 * Each source counts only the calls of its own credential, so two sources that share one would exceed the limits.
 * @throws SettingError
 */
export function refuseDuplicateSecrets(arns: readonly string[]): void {
  const duplicate = arns.find((arn, i) => arns.indexOf(arn) !== i)
  if (duplicate === undefined) return
  throw notAllowed(
    'sources',
    duplicate,
    'each secret once, in secretArn and all sources',
    `-c secretArn=${exampleArn} -c sources=emea=${exampleSource}`,
  )
}

/**
 * Parses the ARNs of the customer managed keys that encrypt the named secrets, separated by commas.
 * @throws SettingError
 */
export function parseSecretKeyArns(value: unknown, secretsNamed: boolean): string[] {
  const example = `-c secretArn=${exampleArn} -c secretKeyArn=arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const arns = Array.isArray(value)
    ? value.map(String)
    : String(value)
        .split(/[\s,]+/)
        .filter(Boolean)
  // An alias can move to another key, and IAM grants no permission on it.
  const wrong = arns.find(arn => !/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(arn))
  if (wrong !== undefined || arns.length === 0)
    throw notAllowed('secretKeyArn', wrong ?? value, 'the ARNs of KMS keys (not aliases)', example)
  if (!secretsNamed)
    throw notAllowed(
      'secretKeyArn',
      value,
      'the keys of secrets named in secretArn or sources; a new secret uses the AWS managed key',
      example,
    )
  return arns
}
