import type { Source } from '../data/parse-status.ts'

/**
 * When the next figures can be expected, in ms since 1970: the next run's time and as long as the last one took, for the source
 * that comes first. Undefined where no source says when it runs.
 */
export function nextDataAt(sources: readonly Source[]): number | undefined {
  const times = sources.flatMap(({ nextRunAt, startedAt, endedAt }) => {
    if (nextRunAt === undefined) return []
    const took = startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt
    return [nextRunAt + Math.max(0, took)]
  })
  return times.length === 0 ? undefined : Math.min(...times)
}
