import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { longestIntervalMs } from '../../lambda/settings/interval.ts'
import { notAllowed, SettingError } from './setting-error.ts'

/** Returns minutes. @throws SettingError */
export function parseSchedule(value: unknown): number {
  const [, count = '', unit] = /^(\d{1,4})(m|h)$/.exec(String(value)) ?? []
  const minutes = Number(count) * (unit === 'h' ? 60 : 1)
  // A run has half a minute less than this, and needs most of a minute for its last request and for publishing.
  if (minutes >= 5 && minutes * 60_000 <= longestIntervalMs) return minutes
  throw notAllowed('schedule', value, 'whole minutes or hours, from 5m to 24h', '-c schedule=15m')
}

/** Uses the function's own parser, so stack and function accept the same values. @throws SettingError */
export function parseRateLimits(value: unknown): string {
  try {
    return parseRateWindows(String(value))
      .map(window => window.text)
      .join(' ')
  } catch (error) {
    const why = error instanceof Error ? error.message : error
    throw new SettingError(
      `Setting "rateLimits" is ${JSON.stringify(value)}: ${why}. Example: -c rateLimits="10/s 100/m 1000/h 200000/d"`,
    )
  }
}

/** @throws SettingError */
export function parseTenants(value: unknown): number {
  const count = Number(value)
  if (/^\d{1,6}$/.test(String(value)) && count > 0) return count
  throw notAllowed('tenants', value, 'the number of tenants, from 1 to 999999', '-c tenants=400')
}
