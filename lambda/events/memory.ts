import * as v from 'valibot'
import { count, parseJson } from '../schemas.ts'

/** New detections of a tenant that are not announced yet. `since` in milliseconds since the epoch. */
const waitingSchema = v.object({ critical: count, high: count, since: v.number() })

/** A tenant that has, or lately had, new critical or high detections. Times in milliseconds since the epoch. */
const watchedSchema = v.object({
  id: v.string(),
  /** Kept for the day on which the tenant is no longer listed. */
  name: v.string(),
  /** The time of the figures that last brought new critical or high detections. */
  newAt: v.number(),
  /** Where they are Sophos Fusion's figures. */
  ofFusion: v.optional(v.boolean()),
  waiting: v.optional(waitingSchema),
  /** The last announcement, and whether critical ones were in it. */
  announced: v.optional(v.object({ at: v.number(), critical: v.boolean() })),
})
export type Watched = v.InferOutput<typeof watchedSchema>

const memorySchema = v.object({
  schemaVersion: v.literal(1),
  /** Answers up to this time are taken into account; undefined: none yet, so that nothing is new. */
  consideredUntil: v.optional(v.number()),
  watched: v.array(watchedSchema),
  /** Since when runs fail, where that was announced. */
  failedSince: v.optional(v.number()),
})

/** What one run of a source tells the next of what was announced. */
export type Memory = Omit<v.InferOutput<typeof memorySchema>, 'schemaVersion'>

export const nothingAnnounced: Memory = { watched: [] }

export const serializeMemory = (memory: Memory): string => JSON.stringify({ schemaVersion: 1, ...memory })

/** Undefined where it is not what this version wrote. */
export function parseMemory(bytes: Uint8Array): Memory | undefined {
  const parsed = v.safeParse(memorySchema, parseJson(new TextDecoder().decode(bytes)))
  if (!parsed.success) return undefined
  const { schemaVersion, ...memory } = parsed.output
  return memory
}
