import type { Severity } from '../data/tenant.ts'

export const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
}

/** For a phone, where a column is three figures wide. */
export const shortSeverityWords: Readonly<Record<Severity, string>> = {
  ...severityWords,
  critical: 'Crit',
  medium: 'Med',
}
