import { editDistance, nearestName } from './nearest-name.ts'
import { notAllowed, SettingError } from './setting-error.ts'

export const settingNames = [
  'access',
  'schedule',
  'rateLimits',
  'tenants',
  'secretArn',
  'secretKeyArn',
  'sources',
  'alarmEmail',
  'documentationUrl',
  'domainName',
  'certificateArn',
  'timeZone',
  'groups',
  'muted',
  'tenantLink',
  'priceClass',
  'logDays',
  'historyDays',
  'keepData',
  'fusionGuard',
  'fusionCounts',
  'fusionUrl',
  'stackName',
] as const

export type SettingName = (typeof settingNames)[number]

/** The raw value of each setting that is set. */
export type Given = Readonly<Partial<Record<SettingName, unknown>>>

/** The key of the settings in cdk.json's context. `-c name=value` overrides them. */
const group = 'dashboard'

/** Other names that users may try for our settings. */
const synonyms: Readonly<Record<string, SettingName>> = {
  interval: 'schedule',
  refresh: 'schedule',
  rate: 'schedule',
  cron: 'schedule',
  limits: 'rateLimits',
  cidr: 'access',
  ip: 'access',
  allow: 'access',
  password: 'access',
  public: 'access',
  secret: 'secretArn',
  kms: 'secretKeyArn',
  email: 'alarmEmail',
  mail: 'alarmEmail',
  docs: 'documentationUrl',
  runbook: 'documentationUrl',
  domain: 'domainName',
  host: 'domainName',
  certificate: 'certificateArn',
  cert: 'certificateArn',
  tz: 'timeZone',
  mute: 'muted',
  link: 'tenantLink',
  retention: 'historyDays',
  history: 'historyDays',
  logs: 'logDays',
  removalPolicy: 'keepData',
  name: 'stackName',
  stack: 'stackName',
  fusion: 'fusionCounts',
}

/** Keys of CDK itself. All its other keys contain `@`, `:` or `/`. */
const cdkKeys = ['cli-telemetry', 'acknowledged-issue-numbers']

/**
 * Returns the settings in a CDK context, unparsed.
 * @throws SettingError for an unknown setting: otherwise `-c interval=5m` would be silently ignored.
 */
export function givenSettings(context: Readonly<Record<string, unknown>>): Given {
  const settings = { ...groupIn(context), ...ownKeys(context) }
  const unknown = Object.keys(settings).find(name => !isName(name))
  if (unknown !== undefined) throw unknownName(unknown)
  // An empty value (`-c access=`) unsets what cdk.json says.
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '' && value != null))
}

function groupIn(context: Readonly<Record<string, unknown>>): object {
  const settings = context[group] ?? {}
  if (typeof settings === 'object' && !Array.isArray(settings)) return settings
  throw notAllowed(group, settings, 'an object of settings in cdk.json', '-c schedule=15m')
}

/** The keys outside the group that are not CDK's: our settings, and misspelled ones. */
const ownKeys = (context: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(context).filter(
      ([name]) => name !== group && !/[@:/]/.test(name) && !cdkKeys.includes(name),
    ),
  )

const isName = (name: string): name is SettingName => settingNames.some(known => known === name)

function unknownName(name: string): SettingError {
  const meant = suggestName(name)
  const guess = meant ? `Did you mean "${meant}"? ` : ''
  return new SettingError(
    `There is no setting "${name}". ${guess}The settings are ${settingNames.join(', ')}.`,
  )
}

function suggestName(name: string): SettingName | undefined {
  const lower = name.toLowerCase()
  const known = Object.entries(synonyms).find(([synonym]) => synonym.toLowerCase() === lower)
  if (known) return known[1]
  const nearest = nearestName(name, settingNames)
  const isNear = editDistance(lower, nearest.toLowerCase()) <= Math.max(2, nearest.length / 3)
  return isNear ? nearest : undefined
}
