import { bySeverity, type Severity, severities, type Tenant } from '../../site/data/tenant.ts'

export const nothing = bySeverity(() => undefined)
export const quiet = bySeverity(() => 0)

/** Returns a tenant with status ok and no detections, except for what `part` sets. */
export function makeTenant(part: Partial<Tenant> = {}): Tenant {
  const key = part.key ?? part.id ?? part.name ?? 'k'
  return {
    key,
    id: key,
    name: `Tenant ${key}`,
    counts: quiet,
    total: 0,
    status: 'ok',
    reason: '',
    collectedAt: undefined,
    region: undefined,
    source: undefined,
    method: undefined,
    migration: undefined,
    news: undefined,
    hourly: undefined,
    hourlyBySeverity: undefined,
    ...part,
  }
}

/** Returns a tenant with these hours: 24 counts, oldest first, for each severity that has any. */
export function withHours(
  hours: Partial<Record<Severity, readonly number[]>>,
  part: Partial<Tenant> = {},
): Tenant {
  const hourlyBySeverity = bySeverity(severity => hours[severity] ?? noHours)
  const counts = bySeverity(severity => sum(hourlyBySeverity[severity]))
  const hourly = noHours.map((_, hour) =>
    sum(severities.map(severity => hourlyBySeverity[severity][hour] ?? 0)),
  )
  return makeTenant({ counts, total: sum(hourly), hourly, hourlyBySeverity, method: 'counts', ...part })
}

/** Returns 24 hours of `each`, except for the newest, at the end of the list. */
export function hoursOf(each: number, ...newest: readonly number[]): number[] {
  return [...Array.from({ length: 24 - newest.length }, () => each), ...newest]
}

const noHours = hoursOf(0)

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
