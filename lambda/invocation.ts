import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty())
const eventSchema = v.object({
  trigger: v.optional(v.picklist(['schedule', 'manual'])),
  source: v.optional(text),
  secretArn: v.optional(text),
})

/** Who asked for a run, and with which credential; without `credential`, with the one of the function's settings. */
export type Invocation = {
  readonly trigger: 'schedule' | 'manual'
  readonly credential: { readonly source: string; readonly secretArn: string } | undefined
}

/**
 * Reads the event. A schedule says `{"trigger": "schedule"}`; without that it is somebody who wants fresh figures now. Each further credential has a schedule of its own, whose event names its `source` and its `secretArn`.
 */
export function readInvocation(event: unknown): Invocation {
  // What a rule of EventBridge sends by itself has a `source` too, which is AWS' and not ours.
  if (typeof event === 'object' && event !== null && 'detail-type' in event) {
    return { trigger: 'schedule', credential: undefined }
  }
  const parsed = v.safeParse(eventSchema, event ?? {})
  const given = typeof event === 'string' ? event : JSON.stringify(event)
  if (!parsed.success) {
    throw new Error(`The event ${given.slice(0, 200)} is not understood; expected {} or ${example}.`)
  }
  const { trigger = 'manual', source, secretArn } = parsed.output
  if (!source !== !secretArn) {
    throw new Error(
      `The event ${given.slice(0, 200)} names only one of source and secretArn; expected ${example}.`,
    )
  }
  return { trigger, credential: source && secretArn ? { source, secretArn } : undefined }
}

const example = '{"source": "emea", "secretArn": "arn:aws:secretsmanager:..."}'
