import * as v from 'valibot'
import { count, moment, notAfter, parseJson } from '../schemas.ts'

/** A tenant's unannounced detections. `since` in milliseconds since the epoch. */
const waitingSchema = v.object({ critical: count, high: count, since: moment })

/** A tenant that has, or recently had, new critical or high detections. Times in milliseconds since the epoch. */
const watchedSchema = v.object({
  id: v.string(),
  /** Needed once the tenant is no longer listed. */
  name: v.string(),
  /** The time of the figures that last brought new critical or high detections. */
  newAt: moment,
  /** Whether these are Sophos Fusion's figures. */
  ofFusion: v.optional(v.boolean()),
  waiting: v.optional(waitingSchema),
  /** The last announcement, and whether it had critical detections. */
  announced: v.optional(v.object({ at: moment, critical: v.boolean() })),
})
export type Watched = v.InferOutput<typeof watchedSchema>

const memorySchema = v.object({
  schemaVersion: v.literal(1),
  /** Answers up to this time have been considered. Undefined before the first run: then nothing is new. */
  consideredUntil: v.optional(moment),
  watched: v.array(watchedSchema),
  /** Since when runs have failed, once that was announced. */
  failedSince: v.optional(moment),
})

/** What the runs of a source remember about their announcements. */
export type Memory = Omit<v.InferOutput<typeof memorySchema>, 'schemaVersion'>

export const nothingAnnounced: Memory = { watched: [] }

export const serializeMemory = (memory: Memory): string => JSON.stringify({ schemaVersion: 1, ...memory })

/**
 * Returns undefined if this version did not write it. Times after `now` (ms), the start of the run, come from a wrong clock
 * and count as now: a tenant would else not be announced, nor be called quiet, until they have come.
 */
export function parseMemory(bytes: Uint8Array, now: number): Memory | undefined {
  const parsed = v.safeParse(memorySchema, parseJson(new TextDecoder().decode(bytes)))
  if (!parsed.success) return undefined
  const { schemaVersion, ...memory } = parsed.output
  return {
    ...memory,
    ...(memory.consideredUntil !== undefined && { consideredUntil: notAfter(now, memory.consideredUntil) }),
    ...(memory.failedSince !== undefined && { failedSince: notAfter(now, memory.failedSince) }),
    watched: memory.watched.map(tenant => plausible(tenant, now)),
  }
}

const plausible = ({ waiting, announced, ...tenant }: Watched, now: number): Watched => ({
  ...tenant,
  newAt: notAfter(now, tenant.newAt),
  ...(waiting && { waiting: { ...waiting, since: notAfter(now, waiting.since) } }),
  ...(announced && { announced: { ...announced, at: notAfter(now, announced.at) } }),
})
