import * as v from 'valibot'
import type { Hour } from './detections.ts'
import type { Log } from './log.ts'
import type { RememberedCalls } from './pacing/remembered-calls.ts'
import type { Store } from './store.ts'
import { statuses, type Tenant } from './tenant.ts'

/** What one run leaves to the next: the calls of the past day, and what is known of every tenant. */
export type State = { readonly calls: RememberedCalls; readonly tenants: readonly Tenant[] }

/**
 * Reads the state. One that cannot be understood (written by a newer version, or by hand) is as good as none: all that
 * it would have given is had anew from Sophos, and the bucket keeps the old version of the object.
 */
export async function readState(store: Store, key: string, log: Log): Promise<State> {
  const text = await store.read(key)
  if (text === undefined) return { calls: [], tenants: [] }
  try {
    return parseState(text)
  } catch (error) {
    log.error('the state cannot be read; starting without it', { key, error })
    return { calls: [], tenants: [] }
  }
}

export async function writeState(store: Store, key: string, state: State): Promise<void> {
  await store.write(key, {
    body: serializeState(state),
    contentType: 'application/json',
    cacheControl: 'no-store',
  })
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const optionalText = v.optional(v.string())

/** `[startsAt, total, critical, high, medium, low, info]`, without the last five where they are unknown. */
const hourSchema = v.pipe(
  v.union([
    v.strictTuple([v.number(), count]),
    v.strictTuple([v.number(), count, count, count, count, count, count]),
  ]),
  v.transform(([startsAt, total, critical, high, medium, low, info]): Hour => {
    const known = critical !== undefined && high !== undefined && medium !== undefined && low !== undefined
    return {
      startsAt,
      total,
      bySeverity: known && info !== undefined ? { critical, high, medium, low, info } : undefined,
    }
  }),
)

const stateSchema = v.object({
  schemaVersion: v.literal(1),
  calls: v.array(v.strictTuple([v.number(), count])),
  tenants: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      region: optionalText,
      status: v.picklist(statuses),
      reason: optionalText,
      triedAt: v.optional(v.number()),
      counts: v.optional(
        v.object({
          total: count,
          bySeverity: v.optional(
            v.object({ critical: count, high: count, medium: count, low: count, info: count }),
          ),
          hours: v.array(hourSchema),
          to: v.number(),
          remark: optionalText,
          collectedAt: v.number(),
          method: v.picklist(['counts', 'query', 'fusion']),
        }),
      ),
    }),
  ),
})

export function serializeState({ calls, tenants }: State): string {
  return JSON.stringify({
    schemaVersion: 1,
    calls,
    tenants: tenants.map(({ counts, ...tenant }) => ({
      ...tenant,
      counts: counts && { ...counts, hours: counts.hours.map(packHour) },
    })),
  })
}

const packHour = ({ startsAt, total, bySeverity: by }: Hour): number[] =>
  by ? [startsAt, total, by.critical, by.high, by.medium, by.low, by.info] : [startsAt, total]

/** Throws where the text is not a state that this version wrote. */
export function parseState(text: string): State {
  const parsed = v.safeParse(stateSchema, JSON.parse(text), { abortEarly: true })
  if (!parsed.success)
    throw new Error(`${v.getDotPath(parsed.issues[0]) ?? 'the whole'}: ${parsed.issues[0].message}`)
  const { calls, tenants } = parsed.output
  return {
    calls,
    tenants: tenants.map(tenant => ({
      ...absent,
      ...tenant,
      counts: tenant.counts && { ...noRemark, ...tenant.counts },
    })),
  }
}

/** JSON leaves undefined fields out. */
const absent = { region: undefined, reason: undefined, triedAt: undefined, counts: undefined }
const noRemark = { bySeverity: undefined, remark: undefined }
