import { clockErrorMs, notAfter } from '../schemas.ts'
import { othersNotAfter } from '../tenants/further-answers.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { RunReport } from './run-report.ts'

/** No schedule has a longer interval. */
const longestIntervalMs = 86_400_000

/**
 * The tenant without times in the future, which a wrong clock wrote: it would not be asked or checked until that time has
 * come. The time of figures is changed only where no clock can be meant: it names them, also in the history.
 */
export function plausibleTenant(tenant: Tenant, now: number): Tenant {
  const latest = now + clockErrorMs
  const { triedAt, listedSince, refusedAt, counts, news, unannounced, migration, others } = tenant
  return {
    ...tenant,
    triedAt: notAfter(now, triedAt),
    ...(listedSince && { listedSince: notAfter(now, listedSince) }),
    ...(refusedAt && { refusedAt: notAfter(now, refusedAt) }),
    counts: counts && {
      ...counts,
      collectedAt: notAfter(latest, counts.collectedAt),
      ...(counts.answeredAt && { answeredAt: notAfter(latest, counts.answeredAt) }),
    },
    // `from` is the name of the portion, in the record of what was told too.
    ...(unannounced && {
      unannounced: {
        ...unannounced,
        since: notAfter(latest, unannounced.since),
        at: notAfter(latest, unannounced.at),
      },
    }),
    news: news && { ...news, since: notAfter(latest, news.since) },
    migration: { ...migration, checkedAt: notAfter(now, migration.checkedAt) },
    ...(others && { others: othersNotAfter(now, others) }),
  }
}

/** What concerns the whole: a list or a record from the future is none. To list or to record once more costs little. */
export const plausibleHead = <
  Head extends {
    readonly listedAt: number | undefined
    readonly recordedUntil: number | undefined
    readonly report: RunReport | undefined
  },
>(
  head: Head,
  now: number,
): Head => ({
  ...head,
  listedAt: head.listedAt !== undefined && head.listedAt > now ? undefined : head.listedAt,
  recordedUntil:
    head.recordedUntil !== undefined && head.recordedUntil > now ? undefined : head.recordedUntil,
  report: head.report && plausibleReport(head.report, now),
})

const plausibleReport = (report: RunReport, now: number): RunReport => ({
  ...report,
  startedAt: notAfter(now, report.startedAt),
  endedAt: notAfter(now, report.endedAt),
  nextRunAt: notAfter(now + longestIntervalMs, report.nextRunAt),
})
