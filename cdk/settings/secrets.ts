import { fromCommandLine } from './json.ts'
import { notAllowed } from './setting-error.ts'

const exampleArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos-AbCdEf'
const exampleSource = exampleArn.replace('sophos', 'emea')

/** @throws SettingError where `value` is not the complete ARN of a secret. */
export function parseSecretArn(value: unknown): string {
  return secretArn(value, 'secretArn', `-c secretArn=${exampleArn}`)
}

function secretArn(value: unknown, setting: string, example: string): string {
  // Without its six last characters an ARN is a prefix, and the permission made of it would need a wildcard.
  if (
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/.test(String(value))
  )
    return String(value)
  throw notAllowed(
    setting,
    value,
    'the complete ARN of a secret, with the six characters that AWS puts behind its name',
    example,
  )
}

/**
 * `name=arn` separated by commas; in cdk.json, or as JSON, also an object of ARNs by name.
 * @throws SettingError
 */
export function parseSources(given: unknown): Map<string, string> {
  const sources = new Map<string, string>()
  for (const [name = '', arn] of entriesOf(fromCommandLine(given))) {
    // It is part of a key in the bucket; `default` is the credential that the other settings name.
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(name) || name === 'default' || sources.has(name)) {
      throw notAllowed(
        'sources',
        name,
        'names of 1 to 40 letters, digits, - and _, each once and none of them "default"',
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
 * Each source counts the calls of its own credential; two that share one would not know of each other's.
 * @throws SettingError
 */
export function refuseSecretGivenTwice(arns: readonly string[]): void {
  const twice = arns.find((arn, i) => arns.indexOf(arn) !== i)
  if (twice === undefined) return
  throw notAllowed(
    'sources',
    twice,
    'every secret once, among secretArn and all sources',
    `-c secretArn=${exampleArn} -c sources=emea=${exampleSource}`,
  )
}

/**
 * The customer managed keys under which the named secrets are encrypted, separated by commas.
 * @throws SettingError
 */
export function parseSecretKeyArns(value: unknown, secretsNamed: boolean): string[] {
  const example = `-c secretArn=${exampleArn} -c secretKeyArn=arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const arns = Array.isArray(value)
    ? value.map(String)
    : String(value)
        .split(/[\s,]+/)
        .filter(Boolean)
  // An alias can be pointed at another key, and no permission can be given on it.
  const wrong = arns.find(arn => !/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(arn))
  if (wrong !== undefined || arns.length === 0)
    throw notAllowed('secretKeyArn', wrong ?? value, 'the ARNs of KMS keys (not of aliases)', example)
  if (!secretsNamed)
    throw notAllowed(
      'secretKeyArn',
      value,
      'the keys of secrets that secretArn or sources name; a new secret is encrypted with the key of AWS',
      example,
    )
  return arns
}
