import * as v from 'valibot'
import { clockErrorMs, count, moment, notAfter, parseJson } from '../schemas.ts'

/** A tenant that was announced, or whose news waits since version 0.1.0. Times in milliseconds since the epoch. */
const watchedSchema = v.object({
  id: v.string(),
  /** Needed once the tenant is no longer listed. */
  name: v.string(),
  /** The time of the figures that last brought new critical or high detections. */
  newAt: moment,
  /** Whether these are Sophos Fusion's figures. */
  ofFusion: v.optional(v.boolean()),
  /** Version 0.1.0 kept unannounced news here. Now the state does: it outlasts a record that is lost. */
  waiting: v.optional(v.object({ critical: count, high: count, since: moment })),
  /** The last announcement, and whether it had critical detections. */
  announced: v.optional(v.object({ at: moment, critical: v.boolean() })),
})
export type Watched = v.InferOutput<typeof watchedSchema>

/** How much was told of a tenant's unannounced news in the state: that which began at `from`, and only that. */
const toldSchema = v.object({ from: moment, critical: count, high: count })
export type ToldNews = v.InferOutput<typeof toldSchema>

const memorySchema = v.object({
  schemaVersion: v.literal(1),
  watched: v.array(watchedSchema),
  /** Of tenants whose news is still in the state. */
  told: v.optional(v.array(v.object({ id: v.string(), ...toldSchema.entries })), []),
  /** Since when runs have failed, once that was announced. */
  failedSince: v.optional(moment),
  /** Since when they have worked again, until that is announced too. */
  worksSince: v.optional(moment),
})

/** What the runs of a source remember about their announcements. */
export type Memory = Omit<v.InferOutput<typeof memorySchema>, 'schemaVersion'>

export const nothingAnnounced: Memory = { watched: [], told: [] }

export const memoryKey = (source: string): string => `state/${source}/digest.json`

export const serializeMemory = (memory: Memory): string => JSON.stringify({ schemaVersion: 1, ...memory })

/**
 * Returns undefined if this version did not write it. Times more than a day after `now` (ms), the start of the run, come
 * from a wrong clock and are cut to that: a tenant would else not be announced, nor be called quiet, until they have come.
 */
export function parseMemory(bytes: Uint8Array, now: number): Memory | undefined {
  const parsed = v.safeParse(memorySchema, parseJson(new TextDecoder().decode(bytes)))
  if (!parsed.success) return undefined
  const { schemaVersion, ...memory } = parsed.output
  return {
    ...memory,
    ...(memory.failedSince !== undefined && { failedSince: notAfter(now, memory.failedSince) }),
    ...(memory.worksSince !== undefined && { worksSince: notAfter(now, memory.worksSince) }),
    watched: memory.watched.map(tenant => plausible(tenant, now + clockErrorMs)),
  }
}

const plausible = ({ waiting, announced, ...tenant }: Watched, latest: number): Watched => ({
  ...tenant,
  newAt: notAfter(latest, tenant.newAt),
  ...(waiting && { waiting: { ...waiting, since: notAfter(latest, waiting.since) } }),
  ...(announced && { announced: { ...announced, at: notAfter(latest, announced.at) } }),
})
