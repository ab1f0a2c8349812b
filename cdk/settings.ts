import { defaults } from '../lambda/settings/defaults.ts'
import { type Access, parseAccess } from './settings/access.ts'
import {
  parseAlarmEmails,
  parseChoice,
  parseFusionUrl,
  parseHistoryDays,
  parseLogDays,
  parseStackName,
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
  refuseDuplicateSecrets,
} from './settings/secrets.ts'

/** What an installation can set. The constructs decide everything else. */
export type Settings = {
  readonly access: Access
  /** How often a run starts, in whole minutes. */
  readonly scheduleMinutes: number
  /** Windows of the Sophos API limits, as `count/period`, separated by single spaces. */
  readonly rateLimits: string
  /** The expected number of tenants. Only the planner uses it. */
  readonly tenants: number | undefined
  /** Complete ARN of an existing secret. If unset, the stack creates one. */
  readonly secretArn: string | undefined
  /** The customer managed keys of the named secrets. */
  readonly secretKeyArns: readonly string[]
  /** Additional credentials: source name to complete ARN of its secret. */
  readonly sources: ReadonlyMap<string, string>
  /** Who gets alarm mails. */
  readonly alarmEmails: readonly string[]
  /** The URL of the documents, for links in alarms. If unset, alarms name the path in this repository. */
  readonly documentationUrl: string | undefined
  readonly domain: Domain | undefined
  /** IANA name. If unset, the page uses the reader's time zone. */
  readonly timeZone: string | undefined
  readonly groups: readonly Group[]
  readonly muted: readonly Mute[]
  /** URL of a tenant's page, with the placeholders `{id}` and `{region}`. */
  readonly tenantLink: string | undefined
  /** How many edge locations CloudFront uses; fewer cost less. */
  readonly priceClass: '100' | '200' | 'all'
  readonly logDays: number
  readonly historyDays: number
  /** Whether the buckets, and a secret that the stack created, outlive the stack. */
  readonly keepData: boolean
  /** Whether runs check tenants for a move to Sophos Fusion. */
  readonly fusionGuard: 'on' | 'off'
  readonly fusionCounts: 'off' | 'auto'
  /** Fusion's GraphQL endpoint. If unset, the function uses its default. */
  readonly fusionUrl: string | undefined
  /** The installation's name in CloudFormation. A second installation in an account needs another. */
  readonly stackName: string
}

/**
 * Reads the settings from a CDK context.
 * @throws SettingError for a wrong value or an unknown setting.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  const given = givenSettings(context)
  const optional = <T, F>(value: unknown, parse: (value: unknown) => T, fallback: F): T | F =>
    value === undefined ? fallback : parse(value)

  const secretArn = optional(given.secretArn, parseSecretArn, undefined)
  const sources = optional(given.sources, parseSources, new Map<string, string>())
  const secrets = [...(secretArn ? [secretArn] : []), ...sources.values()]
  refuseDuplicateSecrets(secrets)
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
    fusionUrl: optional(given.fusionUrl, parseFusionUrl, undefined),
    stackName: parseStackName(given.stackName ?? 'SophosDetectionsDashboard'),
  }
}
