import { time } from '../../publish/csv.ts'
import type { Cell, Column, Row } from '../../publish/published-dataset.ts'
import { type Hour, hourlyCounts } from '../../sophos/detections.ts'

/**
 * The columns of detections.csv. The first eight are the community script's, in its order, so that its page and every
 * sheet built on it go on working; more may follow, only at the end.
 */
export const columns: readonly Column[] = [
  ['ID', tenant => tenant.id],
  ['Detections_Critical', tenant => tenant.counts?.bySeverity?.critical],
  ['Detections_High', tenant => tenant.counts?.bySeverity?.high],
  ['Detections_Medium', tenant => tenant.counts?.bySeverity?.medium],
  ['Detections_Low', tenant => tenant.counts?.bySeverity?.low],
  ['Detections_Info', tenant => tenant.counts?.bySeverity?.info],
  ['Detections_Total', tenant => tenant.counts?.total],
  ['Name', tenant => tenant.name],
  ['Status', tenant => tenant.status],
  ['Reason', tenant => tenant.reason],
  ['Collected_At', tenant => time(tenant.counts?.collectedAt)],
  ['Region', tenant => tenant.region],
  ['Method', tenant => tenant.counts?.method],
  ['Hourly', tenant => hours(tenant, hour => hour.total)],
  ['Source', tenant => tenant.source],
  ['New_Critical', tenant => tenant.news?.bySeverity.critical],
  ['New_High', tenant => tenant.news?.bySeverity.high],
  ['New_Medium', tenant => tenant.news?.bySeverity.medium],
  ['New_Low', tenant => tenant.news?.bySeverity.low],
  ['New_Info', tenant => tenant.news?.bySeverity.info],
  ['New_Total', tenant => tenant.news?.total],
  ['New_Since', tenant => time(tenant.news?.since)],
  ['Hourly_Critical', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.critical)],
  ['Hourly_High', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.high)],
  ['Hourly_Medium', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.medium)],
  ['Hourly_Low', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.low)],
  ['Hourly_Info', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.info)],
  ['Migration', tenant => tenant.migration.state],
]

export const communityColumns = columns.slice(0, 8)

/** 24 counts, or unknown where one of them is unknown. */
const hours = ({ counts }: Row, of: (hour: Hour) => number | undefined): Cell =>
  counts && hourlyCounts(counts, of)?.join(' ')
