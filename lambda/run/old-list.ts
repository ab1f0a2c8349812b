import { hourMs } from '../sophos/detections.ts'
import { longestWithoutListMs, type NoList } from '../tenants/tenant-list.ts'
import type { Conclusion } from './conclusion.ts'

/**
 * The conclusion of a run that could not read the list, and went on with the tenants of the last one, read at `listedAt`
 * (ms): it says so, and it failed once that list is too old, however many figures it has.
 */
export function concludeWithOldList(
  { result, message, counts }: Conclusion,
  why: NoList,
  { listedAt, now }: { listedAt: number | undefined; now: number },
): Conclusion {
  const since = listedAt === undefined ? '' : ` since ${new Date(listedAt).toISOString()}`
  // A list of unknown age is no young one.
  const isTooOld = listedAt === undefined || now - listedAt > longestWithoutListMs
  const sentences = [
    `The list of tenants could not be read${since}: ${why.message}`,
    `This run went on with the tenants known ${listedAt === undefined ? 'from earlier runs' : 'from then'}.`,
    isTooOld
      ? `It counts as failed, as ${listedAt === undefined ? 'the age of that list is not known' : `that list is more than ${longestWithoutListMs / hourMs} hours old`}.`
      : '',
  ]
  const remark = sentences.filter(Boolean).join(' ')
  return { result: isTooOld ? 'failed' : result, message: `${message} ${remark}`, counts, remark }
}
