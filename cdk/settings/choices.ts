import { parseFusionUrl as parseInFunction } from '../../lambda/settings/addresses.ts'
import type { SettingName } from './given.ts'
import { notAllowed } from './setting-error.ts'

/** Returns the member of `allowed` that equals `value`, which may also be a number. @throws SettingError */
export function parseChoice<const Choice extends string>(
  name: SettingName,
  value: unknown,
  allowed: readonly [Choice, ...Choice[]],
): Choice {
  const choice = allowed.find(one => one === String(value))
  if (choice !== undefined) return choice
  throw notAllowed(name, value, allowed.join(', '), `-c ${name}=${allowed[0]}`)
}

/** The retention periods that CloudWatch Logs offers (docs.aws.amazon.com, PutRetentionPolicy). */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

/** @throws SettingError */
export function parseLogDays(value: unknown): number {
  const days = logRetentionDays.find(one => String(one) === String(value))
  if (days !== undefined) return days
  throw notAllowed('logDays', value, `days: ${logRetentionDays.join(', ')}`, '-c logDays=30')
}

/** @throws SettingError */
export function parseHistoryDays(value: unknown): number {
  const days = Number(value)
  // A history file covers one day and grows until midnight. With fewer than two days it could expire while still
  // growing.
  if (/^\d{1,5}$/.test(String(value)) && days >= 2 && days <= 3650) return days
  throw notAllowed('historyDays', value, 'days, from 2 to 3650', '-c historyDays=400')
}

/** Parses one or more addresses, separated by commas or spaces. @throws SettingError */
export function parseAlarmEmails(value: unknown): string[] {
  const addresses = (Array.isArray(value) ? value.map(String) : String(value).split(/[\s,;]+/)).filter(
    Boolean,
  )
  const wrong = addresses.find(
    (address, at) =>
      !/^[^\s@"<>]+@[^\s@"<>]+\.[a-z0-9-]{2,}$/i.test(address) || addresses.indexOf(address) !== at,
  )
  if (wrong === undefined && addresses.length > 0) return addresses
  throw notAllowed(
    'alarmEmail',
    wrong ?? value,
    'e-mail addresses separated by commas, no duplicates',
    '-c alarmEmail=soc@example.com,on-call@example.com',
  )
}

/** Uses the function's own parser, so stack and function accept the same values. @throws SettingError */
export function parseFusionUrl(value: unknown): string {
  try {
    return parseInFunction(String(value))
  } catch {
    throw notAllowed(
      'fusionUrl',
      value,
      'an https URL on a host under sophos.com',
      '-c fusionUrl=https://api.taegis.sophos.com/graphql',
    )
  }
}

/** Shorter than CloudFormation allows, because other resource names contain it. @throws SettingError */
export function parseStackName(value: unknown): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(String(value))) return String(value)
  throw notAllowed(
    'stackName',
    value,
    'up to 64 letters, digits and hyphens, starting with a letter',
    '-c stackName=Detections',
  )
}
