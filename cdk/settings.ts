import { parseRateWindows } from '../lambda/pacing/windows.ts'
import { type Access, parseAccess } from './access-setting.ts'
import { editDistance, nearestName } from './nearest-name.ts'
import { notAllowed, SettingError } from './setting-error.ts'

/** What an installation can choose. Everything else is decided in the constructs. */
export type Settings = {
  /** How often a run starts, in whole minutes. */
  readonly scheduleMinutes: number
  /** Windows of the Sophos API budget, `count/period` separated by single blanks. */
  readonly rateLimits: string
  /** Complete ARN of an existing secret; without it the stack makes one. */
  readonly secretArn: string | undefined
  /** Further credentials: the complete ARN of each one's secret, by the name of the source. */
  readonly sources: ReadonlyMap<string, string>
  readonly access: Access
}

/** In cdk.json's context the settings stand under this key; `-c name=value` wins over them. */
const group = 'dashboard'
const names = ['schedule', 'rateLimits', 'secretArn', 'sources', 'access'] as const

/**
 * The settings in a CDK context.
 * @throws SettingError for a wrong value, and for a name that is none of ours but looks like one.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  refuseMistyped(context)
  // Empty (`-c access=`) is none, and takes back what cdk.json says.
  const given = Object.fromEntries(
    Object.entries({ ...groupIn(context), ...context }).filter(([, value]) => value !== '' && value != null),
  )
  const secretArn = given.secretArn === undefined ? undefined : parseSecretArn(given.secretArn)
  const sources = given.sources === undefined ? new Map<string, string>() : parseSources(given.sources)
  refuseSecretGivenTwice([...(secretArn ? [secretArn] : []), ...sources.values()])
  return {
    scheduleMinutes: parseSchedule(given.schedule ?? '15m'),
    // What Sophos recommends (10 a second, 1,000 an hour) and what it enforces (100 a minute, 200,000 a day).
    rateLimits: parseRateLimits(given.rateLimits ?? '10/s 100/m 1000/h 200000/d'),
    secretArn,
    sources,
    access: given.access === undefined ? [] : parseAccess(given.access),
  }
}

function groupIn(context: Readonly<Record<string, unknown>>): object {
  const settings = context[group] ?? {}
  if (typeof settings !== 'object' || Array.isArray(settings)) {
    throw notAllowed(group, settings, 'an object of settings in cdk.json', '{ "schedule": "15m" }')
  }
  const unknown = Object.keys(settings).find(name => !isName(name))
  if (unknown !== undefined) throw unknownName(unknown)
  return settings
}

/** A mistyped `-c acces=...` would otherwise be ignored without a word: the rest of the context belongs to CDK. */
function refuseMistyped(context: Readonly<Record<string, unknown>>): void {
  const isNear = (name: string): boolean =>
    editDistance(name.toLowerCase(), nearestName(name, names).toLowerCase()) <= 2
  const mistyped = Object.keys(context).find(name => !isName(name) && isNear(name))
  if (mistyped !== undefined) throw unknownName(mistyped)
}

const isName = (name: string): boolean => names.some(known => known === name)

const unknownName = (name: string): SettingError =>
  new SettingError(
    `There is no setting "${name}". Did you mean "${nearestName(name, names)}"? The settings are ${names.join(', ')}.`,
  )

function parseSchedule(value: unknown): number {
  const [, count = '', unit] = /^(\d{1,4})(m|h)$/.exec(String(value)) ?? []
  const minutes = Number(count) * (unit === 'h' ? 60 : 1)
  // A run has half a minute less than that, of which the last request and the publication take most of one.
  if (minutes < 5 || minutes > 24 * 60) {
    throw notAllowed('schedule', value, 'whole minutes or hours, from 5m to 24h', '-c schedule=15m')
  }
  return minutes
}

/** Read by the function's own parser: what is deployed is what the function understands. */
function parseRateLimits(value: unknown): string {
  try {
    return parseRateWindows(String(value))
      .map(window => window.text)
      .join(' ')
  } catch (error) {
    throw new SettingError(`Setting "rateLimits": ${error instanceof Error ? error.message : error}`)
  }
}

function parseSecretArn(value: unknown, setting = 'secretArn'): string {
  const arn = String(value)
  // Without its six last characters an ARN is a prefix, and the permission made of it would need a wildcard.
  if (!/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/.test(arn)) {
    throw notAllowed(
      setting,
      value,
      'the complete ARN of a secret, with the six characters that AWS puts behind its name',
      '-c secretArn=arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos-AbCdEf',
    )
  }
  return arn
}

/** `name=arn` separated by commas; in cdk.json also an object of ARNs by name. */
function parseSources(value: unknown): Map<string, string> {
  const entries =
    typeof value === 'object' && value !== null
      ? Object.entries(value)
      : String(value)
          .split(/[\s,]+/)
          .filter(Boolean)
          .map(source => source.split(/=(.*)/s))
  const sources = new Map<string, string>()
  for (const [name = '', arn] of entries) {
    // It is part of a key in the bucket; `default` is the credential that the other settings name.
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(name) || name === 'default' || sources.has(name)) {
      throw notAllowed(
        'sources',
        name,
        'names of 1 to 40 letters, digits, - and _, each once and none of them "default"',
        '-c sources=emea=arn:aws:secretsmanager:eu-central-1:111122223333:secret:emea-AbCdEf',
      )
    }
    sources.set(name, parseSecretArn(arn, `sources: ${name}`))
  }
  return sources
}

/** Each source counts the calls of its own credential; two that share one would not know of each other's. */
function refuseSecretGivenTwice(arns: readonly string[]): void {
  const twice = arns.find((arn, i) => arns.indexOf(arn) !== i)
  if (twice)
    throw notAllowed(
      'sources',
      twice,
      'every secret once, among secretArn and all sources',
      'one source for each credential',
    )
}
