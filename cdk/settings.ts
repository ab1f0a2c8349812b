import { defaults } from '../lambda/settings.ts'
import { type Access, parseAccess } from './settings/access.ts'
import {
  parseAlarmEmails,
  parseChoice,
  parseHistoryDays,
  parseLogDays,
  parseStackName,
  parseUrlOfFusion,
} from './settings/choices.ts'
import { parseDocumentationUrl } from './settings/documentation.ts'
import { type Domain, parseDomain } from './settings/domain.ts'
import { givenSettings } from './settings/given.ts'
import { parseRateLimits, parseSchedule, parseTenants } from './settings/limits.ts'
import {
  type Group,
  type Mute,
  parseGroups,
  parseMuted,
  parseTenantLink,
  parseTimeZone,
} from './settings/page.ts'
import {
  parseSecretArn,
  parseSecretKeyArns,
  parseSources,
  refuseSecretGivenTwice,
} from './settings/secrets.ts'

/** What an installation can choose. Everything else is decided in the constructs. */
export type Settings = {
  readonly access: Access
  /** How often a run starts, in whole minutes. */
  readonly scheduleMinutes: number
  /** Windows of the Sophos API budget, `count/period` separated by single blanks. */
  readonly rateLimits: string
  /** How many tenants are expected; the planner computes with it, and nothing else. */
  readonly tenants: number | undefined
  /** Complete ARN of an existing secret; without it the stack makes one. */
  readonly secretArn: string | undefined
  /** The customer managed keys of the secrets that are named. */
  readonly secretKeyArns: readonly string[]
  /** Further credentials: the complete ARN of each one's secret, by the name of the source. */
  readonly sources: ReadonlyMap<string, string>
  /** Who is told of alarms. */
  readonly alarmEmails: readonly string[]
  /** The address of the folder with the documents, which alarms name; without it they name it as it lies in the repository. */
  readonly documentationUrl: string | undefined
  readonly domain: Domain | undefined
  /** IANA name; without it the page shows the time of whoever looks. */
  readonly timeZone: string | undefined
  readonly groups: readonly Group[]
  readonly muted: readonly Mute[]
  /** Address of a tenant's own page, with `{id}` and `{region}` for the tenant's. */
  readonly tenantLink: string | undefined
  /** From how many of its places CloudFront serves; fewer cost less. */
  readonly priceClass: '100' | '200' | 'all'
  readonly logDays: number
  readonly historyDays: number
  /** Whether the buckets and a secret that the stack made outlive the stack. */
  readonly keepData: boolean
  /** Whether tenants are watched for a move to Sophos Fusion. */
  readonly fusionGuard: 'on' | 'off'
  readonly fusionCounts: 'off' | 'auto'
  /** Fusion's GraphQL endpoint; without it the one that the function knows. */
  readonly fusionUrl: string | undefined
  /** Under which CloudFormation knows the installation; a second one in an account takes another. */
  readonly stackName: string
}

/**
 * The settings in a CDK context.
 * @throws SettingError for a wrong value, and for a name that is no setting.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  const given = givenSettings(context)
  /** Reads what was given, and only that. */
  const optional = <T, F>(value: unknown, parse: (value: unknown) => T, fallback: F): T | F =>
    value === undefined ? fallback : parse(value)

  const secretArn = optional(given.secretArn, parseSecretArn, undefined)
  const sources = optional(given.sources, parseSources, new Map<string, string>())
  const secrets = [...(secretArn ? [secretArn] : []), ...sources.values()]
  refuseSecretGivenTwice(secrets)
  const keyArns = (value: unknown) => parseSecretKeyArns(value, secrets.length > 0)
  return {
    access: parseAccess(given.access ?? 'password'),
    scheduleMinutes: parseSchedule(given.schedule ?? defaults.refreshInterval),
    rateLimits: parseRateLimits(given.rateLimits ?? defaults.rateLimits),
    tenants: optional(given.tenants, parseTenants, undefined),
    secretArn,
    secretKeyArns: optional(given.secretKeyArn, keyArns, []),
    sources,
    alarmEmails: optional(given.alarmEmail, parseAlarmEmails, []),
    documentationUrl: optional(given.documentationUrl, parseDocumentationUrl, undefined),
    domain: parseDomain(given.domainName, given.certificateArn),
    timeZone: optional(given.timeZone, parseTimeZone, undefined),
    groups: optional(given.groups, parseGroups, []),
    muted: optional(given.muted, parseMuted, []),
    tenantLink: optional(given.tenantLink, parseTenantLink, undefined),
    priceClass: parseChoice('priceClass', given.priceClass ?? '100', ['100', '200', 'all']),
    logDays: parseLogDays(given.logDays ?? 30),
    historyDays: parseHistoryDays(given.historyDays ?? 400),
    keepData: parseChoice('keepData', given.keepData ?? 'yes', ['yes', 'no']) === 'yes',
    fusionGuard: parseChoice('fusionGuard', given.fusionGuard ?? defaults.fusionGuard, ['on', 'off']),
    fusionCounts: parseChoice('fusionCounts', given.fusionCounts ?? defaults.fusionCounts, ['off', 'auto']),
    fusionUrl: optional(given.fusionUrl, parseUrlOfFusion, undefined),
    stackName: parseStackName(given.stackName ?? 'SophosDetectionsDashboard'),
  }
}
