/** The severities of a detection, worst first: the order of the columns everywhere. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

/** What detections.csv tells of one tenant. A count that is `undefined` is unknown, which is never zero. */
export type Tenant = {
  /** Unique among the rows of one file, also where the file has an ID twice. */
  key: string
  name: string
  counts: Readonly<Record<Severity, number | undefined>>
  total: number | undefined
  /** How the latest try ended, in the file's own word; `undefined` where the file has no such column. */
  status: string | undefined
  reason: string
  /** When the counts were collected, in ms since 1970. */
  collectedAt: number | undefined
  /** 24 totals, one an hour, oldest first. */
  hourly: readonly number[] | undefined
}

/** Whether somebody should look at the tenant's access: it was asked, and did not answer. Not tried yet is not that. */
export function needsAttention(tenant: Tenant): boolean {
  if (tenant.status === undefined) return tenant.total === undefined
  return tenant.status !== 'ok' && tenant.status !== 'pending'
}
