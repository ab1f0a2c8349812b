import type { Source } from '../data/parse-status.ts'

/**
 * Returns when to expect the next data, in ms since 1970: the start of the next run plus the duration of the last one,
 * for the source that runs first. `undefined` if no source has a next run.
 */
export function nextDataAt(sources: readonly Source[]): number | undefined {
  const times = sources.flatMap(({ nextRunAt, startedAt, endedAt }) => {
    if (nextRunAt === undefined) return []
    const took = startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt
    return [nextRunAt + Math.max(0, took)]
  })
  return times.length === 0 ? undefined : Math.min(...times)
}
