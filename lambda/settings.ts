import * as v from 'valibot'
import { parseDuration, parseRateWindows, type RateWindow } from './pacing/windows.ts'
import { parseJson } from './schemas.ts'

export type Settings = {
  readonly secretArn: string
  readonly bucket: string
  readonly rateLimits: readonly RateWindow[]
  /** Base addresses without a slash at the end. */
  readonly idUrl: string
  readonly apiUrl: string
  readonly refreshIntervalMs: number
  /** The name of this credential. */
  readonly source: string
  /** The name of the installation: two of them can share an account, with its metrics and events. */
  readonly installation: string
  readonly fusion: FusionSettings
  /** Whether the figures come from a stand-in for Sophos. The page marks them as not real. */
  readonly demo: boolean
  /** Whether there is a bus for events. Without one, no run keeps news for an announcement. */
  readonly announces: boolean
}

/** Where a moved tenant's counts come from: nowhere, or Sophos Fusion's GraphQL API. */
export type FusionCounts = 'off' | 'auto'

/** How to handle tenants that moved to Sophos Fusion. */
type FusionSettings = {
  /** Whether to probe tenants, and to hide this API's counts of those that moved. */
  readonly guard: boolean
  /** The GraphQL endpoint. */
  readonly url: string
  readonly counts: FusionCounts
}

/** What holds where a setting is left out: here, in the stack and on one machine. */
export const defaults = {
  /** What Sophos recommends (10 a second, 1,000 an hour) and what it enforces (100 a minute, 200,000 a day). */
  rateLimits: '10/s 100/m 1000/h 200000/d',
  refreshInterval: '15m',
  source: 'default',
  installation: 'local',
  idUrl: 'https://id.sophos.com',
  apiUrl: 'https://api.central.sophos.com',
  fusionGuard: 'on',
  fusionCounts: 'off',
  fusionUrl: 'https://api.taegis.sophos.com/graphql',
} as const

/**
 * Reads the function's settings for `asked`, one of its sources, or for the first one. Throws one error that names every
 * wrong setting and what is expected, or the sources that there are.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  asked?: string,
): Settings {
  const problems: string[] = []

  function read<T>(name: string, fallback: string | undefined, parse: (text: string) => T): T | undefined {
    const text = environment[name]?.trim() || fallback
    if (text === undefined) {
      problems.push(`${name} is not set`)
      return undefined
    }
    try {
      return parse(text)
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }

  const secretArn = read('SOPHOS_SECRET_ARN', undefined, text => text)
  const bucket = read('DATA_BUCKET', undefined, text => text)
  const rateLimits = read('SOPHOS_RATE_LIMITS', defaults.rateLimits, parseRateWindows)
  const idUrl = read('SOPHOS_ID_URL', defaults.idUrl, parseBaseUrl)
  const apiUrl = read('SOPHOS_API_URL', defaults.apiUrl, parseBaseUrl)
  const refreshIntervalMs = read('REFRESH_INTERVAL', defaults.refreshInterval, parseDuration)
  const first = read('SOURCE', defaults.source, parseSource)
  const further = read('SOPHOS_SOURCES', '{}', text => parseSources(text, first, secretArn))
  const installation = read('INSTALLATION', defaults.installation, parseInstallation)
  const demo = apiUrl !== undefined && apiUrl !== defaults.apiUrl
  const guard = read('FUSION_GUARD', defaults.fusionGuard, oneOf('on', 'off'))
  // A run against a stand-in must not send its token to Sophos.
  const url = demo
    ? read('FUSION_GRAPHQL_URL', `${apiUrl}/graphql`, parseBaseUrl)
    : read('FUSION_GRAPHQL_URL', defaults.fusionUrl, parseFusionUrl)
  const counts = read('FUSION_COUNTS', defaults.fusionCounts, oneOf('off', 'auto'))

  if (
    !secretArn ||
    !bucket ||
    !rateLimits ||
    !idUrl ||
    !apiUrl ||
    !refreshIntervalMs ||
    !first ||
    !further ||
    !installation ||
    !guard ||
    !url ||
    !counts
  ) {
    throw new Error(`The function's settings are wrong. ${problems.join('. ')}.`)
  }
  const secrets = new Map([[first, secretArn], ...further])
  const source = asked ?? first
  const secretOfSource = secrets.get(source)
  if (!secretOfSource) {
    throw new Error(
      `There is no source "${source.slice(0, 40)}" here; the sources are ${[...secrets.keys()].join(', ')}. SOPHOS_SOURCES names all but the first.`,
    )
  }
  return {
    secretArn: secretOfSource,
    bucket,
    rateLimits,
    idUrl,
    apiUrl,
    refreshIntervalMs,
    source,
    installation,
    fusion: { guard: guard === 'on', url, counts },
    demo,
    announces: busNameIn(environment) !== undefined,
  }
}

/** The EventBridge bus for events, if there is to be any. */
export const busNameIn = (environment: Readonly<Record<string, string | undefined>>): string | undefined =>
  environment.EVENT_BUS_NAME?.trim() || undefined

/** The secret and the token go to these addresses, so https is required, except on this machine. */
function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '')
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) {
    throw new Error(
      `"${text}" is not an https address (http is allowed for localhost only), such as ${defaults.apiUrl}`,
    )
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

/** The token goes there too, so the host must belong to Sophos; its name may change. */
export function parseFusionUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSophos = url?.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.sophos.com')
  if (!url || !isSophos || url.username || url.password) {
    throw new Error(
      `"${text}" is not an https address of a host under sophos.com, such as ${defaults.fusionUrl}`,
    )
  }
  return url.origin + url.pathname
}

const oneOf =
  <const T extends string>(...allowed: readonly T[]) =>
  (text: string): T => {
    const found = allowed.find(value => value === text)
    if (!found) throw new Error(`"${text}" is not one of ${allowed.join(', ')}`)
    return found
  }

const nameOf = (text: string, longest: number, example: string): string => {
  const isName = /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text) && text.length <= longest
  if (isName) return text
  throw new Error(`"${text}" is not a name of 1 to ${longest} letters, digits, - and _, such as "${example}"`)
}
/** The name becomes part of object keys. */
const parseSource = (text: string): string => nameOf(text, 40, defaults.source)
/** The name of a stack can have 128 letters. */
const parseInstallation = (text: string): string => nameOf(text, 128, defaults.installation)

const sourcesSchema = v.record(v.string(), v.pipe(v.string(), v.trim(), v.nonEmpty()))

/** Each source counts the calls of its own credential only, so no two may have the same name or secret. */
function parseSources(
  text: string,
  first: string | undefined,
  firstSecret: string | undefined,
): [source: string, secretArn: string][] {
  const parsed = v.safeParse(sourcesSchema, parseJson(text))
  if (!parsed.success) {
    throw new Error(
      `"${text.slice(0, 200)}" does not name further sources and their secrets, such as {"emea": "arn:aws:secretsmanager:..."}`,
    )
  }
  const sources = Object.entries(parsed.output)
  for (const [name] of sources) {
    if (parseSource(name) === first) throw new Error(`"${name}" is the name of the first source already`)
  }
  const secrets = [firstSecret, ...sources.map(([, secret]) => secret)]
  if (new Set(secrets).size < secrets.length) throw new Error('two sources have the same secret')
  return sources
}
