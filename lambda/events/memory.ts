import * as v from 'valibot'
import { count, parseJson } from '../schemas.ts'

/** A tenant's unannounced detections. `since` in milliseconds since the epoch. */
const waitingSchema = v.object({ critical: count, high: count, since: v.number() })

/** A tenant that has, or recently had, new critical or high detections. Times in milliseconds since the epoch. */
const watchedSchema = v.object({
  id: v.string(),
  /** Needed once the tenant is no longer listed. */
  name: v.string(),
  /** The time of the figures that last brought new critical or high detections. */
  newAt: v.number(),
  /** Whether these are Sophos Fusion's figures. */
  ofFusion: v.optional(v.boolean()),
  waiting: v.optional(waitingSchema),
  /** The last announcement, and whether it had critical detections. */
  announced: v.optional(v.object({ at: v.number(), critical: v.boolean() })),
})
export type Watched = v.InferOutput<typeof watchedSchema>

const memorySchema = v.object({
  schemaVersion: v.literal(1),
  /** Answers up to this time have been considered. Undefined before the first run: then nothing is new. */
  consideredUntil: v.optional(v.number()),
  watched: v.array(watchedSchema),
  /** Since when runs have failed, once that was announced. */
  failedSince: v.optional(v.number()),
})

/** What the runs of a source remember about their announcements. */
export type Memory = Omit<v.InferOutput<typeof memorySchema>, 'schemaVersion'>

export const nothingAnnounced: Memory = { watched: [] }

export const serializeMemory = (memory: Memory): string => JSON.stringify({ schemaVersion: 1, ...memory })

/** Returns undefined if this version did not write it. */
export function parseMemory(bytes: Uint8Array): Memory | undefined {
  const parsed = v.safeParse(memorySchema, parseJson(new TextDecoder().decode(bytes)))
  if (!parsed.success) return undefined
  const { schemaVersion, ...memory } = parsed.output
  return memory
}
