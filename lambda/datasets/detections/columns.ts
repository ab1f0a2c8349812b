import { number, safeText, time } from '../../publish/csv.ts'
import type { Column, Row } from '../../publish/published-dataset.ts'
import { type Hour, hourlyCounts } from '../../sophos/detections.ts'

/**
 * The columns of detections.csv. The first eight are the community script's, in its order, so that its page and every
 * sheet built on it go on working; more may follow, only at the end.
 */
export const columns: readonly Column[] = [
  ['ID', tenant => safeText(tenant.id)],
  ['Detections_Critical', tenant => number(tenant.counts?.bySeverity?.critical)],
  ['Detections_High', tenant => number(tenant.counts?.bySeverity?.high)],
  ['Detections_Medium', tenant => number(tenant.counts?.bySeverity?.medium)],
  ['Detections_Low', tenant => number(tenant.counts?.bySeverity?.low)],
  ['Detections_Info', tenant => number(tenant.counts?.bySeverity?.info)],
  ['Detections_Total', tenant => number(tenant.counts?.total)],
  ['Name', tenant => safeText(tenant.name)],
  ['Status', tenant => tenant.status],
  ['Reason', tenant => safeText(tenant.reason ?? '')],
  ['Collected_At', tenant => time(tenant.counts?.collectedAt)],
  ['Region', tenant => safeText(tenant.region ?? '')],
  ['Method', tenant => tenant.counts?.method ?? ''],
  ['Hourly', tenant => hours(tenant, hour => hour.total)],
  ['Source', tenant => tenant.source],
  ['New_Critical', tenant => number(tenant.news?.bySeverity.critical)],
  ['New_High', tenant => number(tenant.news?.bySeverity.high)],
  ['New_Medium', tenant => number(tenant.news?.bySeverity.medium)],
  ['New_Low', tenant => number(tenant.news?.bySeverity.low)],
  ['New_Info', tenant => number(tenant.news?.bySeverity.info)],
  ['New_Total', tenant => number(tenant.news?.total)],
  ['New_Since', tenant => time(tenant.news?.since)],
  ['Hourly_Critical', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.critical)],
  ['Hourly_High', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.high)],
  ['Hourly_Medium', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.medium)],
  ['Hourly_Low', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.low)],
  ['Hourly_Info', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.info)],
  ['Migration', tenant => tenant.migration.state],
]

/** 24 counts, or nothing where one of them is unknown. */
const hours = ({ counts }: Row, of: (hour: Hour) => number | undefined): string =>
  (counts && hourlyCounts(counts, of)?.join(' ')) ?? ''
