import { editDistance, nearestName } from './nearest-name.ts'
import { notAllowed, SettingError } from './setting-error.ts'

/** The names of all settings of the stack. */
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

/** What somebody wrote for each setting. What was left out, or left empty, is not there. */
export type Given = Readonly<Partial<Record<SettingName, unknown>>>

/** In cdk.json's context the settings stand under this key; `-c name=value` wins over them. */
const group = 'dashboard'

/** What people call our settings who have not looked them up, or know them from elsewhere. */
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

/** Names in plain words that are CDK's: the rest of its names holds `@`, `:` or `/`. */
const namesOfCdk = ['cli-telemetry', 'acknowledged-issue-numbers']

/**
 * The settings in a CDK context, unread.
 * @throws SettingError for a name that is no setting. `-c interval=5m` would otherwise be ignored without a word.
 */
export function givenSettings(context: Readonly<Record<string, unknown>>): Given {
  const settings = { ...groupIn(context), ...ours(context) }
  const unknown = Object.keys(settings).find(name => !isName(name))
  if (unknown !== undefined) throw unknownName(unknown)
  // Empty (`-c access=`) is none, and takes back what cdk.json says.
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '' && value != null))
}

function groupIn(context: Readonly<Record<string, unknown>>): object {
  const settings = context[group] ?? {}
  if (typeof settings === 'object' && !Array.isArray(settings)) return settings
  throw notAllowed(group, settings, 'an object of settings in cdk.json', '-c schedule=15m')
}

/** Of the names beside the group: ours, and what nobody else can have meant for CDK. */
const ours = (context: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(context).filter(
      ([name]) => name !== group && !/[@:/]/.test(name) && !namesOfCdk.includes(name),
    ),
  )

const isName = (name: string): name is SettingName => settingNames.some(known => known === name)

function unknownName(name: string): SettingError {
  const meant = meantName(name)
  const guess = meant ? `Did you mean "${meant}"? ` : ''
  return new SettingError(
    `There is no setting "${name}". ${guess}The settings are ${settingNames.join(', ')}.`,
  )
}

function meantName(name: string): SettingName | undefined {
  const lower = name.toLowerCase()
  const known = Object.entries(synonyms).find(([synonym]) => synonym.toLowerCase() === lower)
  if (known) return known[1]
  const nearest = nearestName(name, settingNames)
  const isNear = editDistance(lower, nearest.toLowerCase()) <= Math.max(2, nearest.length / 3)
  return isNear ? nearest : undefined
}
