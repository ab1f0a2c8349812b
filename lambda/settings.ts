import { parseRateWindows, type RateWindow } from './pacing/windows.ts'
import { parseBaseUrl, parseFusionUrl } from './settings/addresses.ts'
import { defaults } from './settings/defaults.ts'
import { parseInterval } from './settings/interval.ts'
import { parseInstallation, parseSource, parseSources } from './settings/sources.ts'
import { type Environment, variable } from './settings/variable.ts'

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

/**
 * Reads the function's settings for `asked`, one of its sources, or for the first one. Throws one error that names every
 * wrong setting and what is expected, or the sources that there are.
 */
export function readSettings(environment: Environment, asked?: string): Settings {
  const problems: string[] = []

  function read<T>(name: string, fallback: string | undefined, parse: (text: string) => T): T | undefined {
    const text = variable(environment, name) ?? fallback
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
  const refreshIntervalMs = read('REFRESH_INTERVAL', defaults.refreshInterval, parseInterval)
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

  // With one of them alone, a test's credentials would go to Sophos, or Sophos' token to a stand-in.
  if (idUrl && apiUrl && (idUrl === defaults.idUrl) !== (apiUrl === defaults.apiUrl)) {
    problems.push('SOPHOS_ID_URL and SOPHOS_API_URL belong to one service; set both, or neither')
  }

  if (
    problems.length > 0 ||
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
    throw new Error(`The settings are wrong. ${problems.join('. ')}.`)
  }
  const secrets = new Map([[first, secretArn], ...further])
  const source = asked ?? first
  const secretOfSource = secrets.get(source)
  if (!secretOfSource) {
    throw new Error(
      `There is no such source here; the sources are ${[...secrets.keys()].join(', ')}. SOPHOS_SOURCES names all but the first.`,
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
    announces: variable(environment, 'EVENT_BUS_NAME') !== undefined,
  }
}

const oneOf =
  <const T extends string>(...allowed: readonly T[]) =>
  (text: string): T => {
    const found = allowed.find(value => value === text)
    if (!found) throw new Error(`"${text}" is not one of ${allowed.join(', ')}`)
    return found
  }
