import { parseFusionUrl } from '../../lambda/settings.ts'
import type { SettingName } from './given.ts'
import { notAllowed } from './setting-error.ts'

/** The one of `allowed` that was given; numbers may come as numbers. @throws SettingError */
export function parseChoice<const Choice extends string>(
  name: SettingName,
  value: unknown,
  allowed: readonly [Choice, ...Choice[]],
): Choice {
  const choice = allowed.find(one => one === String(value))
  if (choice !== undefined) return choice
  throw notAllowed(name, value, allowed.join(', '), `-c ${name}=${allowed[0]}`)
}

/** For how many days CloudWatch Logs can keep a log; docs.aws.amazon.com, PutRetentionPolicy. */
const daysOfLogs = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

/** @throws SettingError */
export function parseLogDays(value: unknown): number {
  const days = daysOfLogs.find(one => String(one) === String(value))
  if (days !== undefined) return days
  throw notAllowed('logDays', value, `days: ${daysOfLogs.join(', ')}`, '-c logDays=30')
}

/** @throws SettingError */
export function parseHistoryDays(value: unknown): number {
  const days = Number(value)
  // A file of the history is one day and grows until midnight: below two days it could end while it is written.
  if (/^\d{1,5}$/.test(String(value)) && days >= 2 && days <= 3650) return days
  throw notAllowed('historyDays', value, 'days, from 2 to 3650', '-c historyDays=400')
}

/** One or several addresses, separated by commas or blanks. @throws SettingError */
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
    'e-mail addresses separated by commas, each once',
    '-c alarmEmail=soc@example.com,on-call@example.com',
  )
}

/** Read by the function's own parser. @throws SettingError */
export function parseUrlOfFusion(value: unknown): string {
  try {
    return parseFusionUrl(String(value))
  } catch {
    throw notAllowed(
      'fusionUrl',
      value,
      'an https address of a host under sophos.com',
      '-c fusionUrl=https://api.taegis.sophos.com/graphql',
    )
  }
}

/** What CloudFormation takes, as far as the names of other resources that are made of it allow. @throws SettingError */
export function parseStackName(value: unknown): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(String(value))) return String(value)
  throw notAllowed(
    'stackName',
    value,
    'letters, digits and -, up to 64, a letter first',
    '-c stackName=Detections',
  )
}
