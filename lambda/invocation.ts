import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty())
const eventSchema = v.object({
  action: v.optional(v.literal('doctor')),
  all: v.optional(v.boolean()),
  trigger: v.optional(v.picklist(['schedule', 'manual'])),
  source: v.optional(text),
  secretArn: v.optional(text),
})

/** What to do, and with which credential: without `credential`, the one in the function's settings. */
export type Invocation = {
  readonly trigger: 'schedule' | 'manual'
  readonly credential: { readonly source: string; readonly secretArn: string } | undefined
  /** Runs the doctor instead of a collection, for all tenants or for a sample. */
  readonly doctor: { readonly all: boolean } | undefined
}

/**
 * Reads the event. A schedule sends `{"trigger": "schedule"}`. Any other event is a manual run or, with
 * `{"action": "doctor"}`, a run of the doctor. Each further credential has its own schedule, with `source` and `secretArn` in
 * its event. Throws an error that says what is expected.
 */
export function readInvocation(event: unknown): Invocation {
  // The default event of an EventBridge rule has a `source` too, with another meaning.
  if (typeof event === 'object' && event !== null && 'detail-type' in event) {
    return { trigger: 'schedule', credential: undefined, doctor: undefined }
  }
  const parsed = v.safeParse(eventSchema, event ?? {})
  const given = typeof event === 'string' ? event : JSON.stringify(event)
  if (!parsed.success) {
    throw new Error(
      `The event ${given.slice(0, 200)} is not understood; expected {} or ${example}, or {"action": "doctor"}.`,
    )
  }
  const { action, all, trigger = 'manual', source, secretArn } = parsed.output
  if (!source !== !secretArn) {
    throw new Error(
      `The event ${given.slice(0, 200)} names only one of source and secretArn; expected ${example}.`,
    )
  }
  if (all !== undefined && action !== 'doctor') {
    throw new Error(`The event ${given.slice(0, 200)} has "all", which goes with {"action": "doctor"} only.`)
  }
  return {
    trigger,
    credential: source && secretArn ? { source, secretArn } : undefined,
    doctor: action === 'doctor' ? { all: all ?? false } : undefined,
  }
}

const example = '{"source": "emea", "secretArn": "arn:aws:secretsmanager:..."}'
