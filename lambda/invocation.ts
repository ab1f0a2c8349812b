import * as v from 'valibot'
import { plainText } from './text/plain.ts'

const text = v.pipe(v.string(), v.nonEmpty())
const eventSchema = v.object({
  action: v.optional(v.literal('doctor')),
  all: v.optional(v.boolean()),
  trigger: v.optional(v.picklist(['schedule', 'manual'])),
  source: v.optional(text),
})

/** What to do, and for which source: without `source`, for the one in the function's settings. */
export type Invocation = {
  readonly trigger: 'schedule' | 'manual'
  readonly source: string | undefined
  /** Runs the doctor instead of a collection, for all tenants or for a sample. */
  readonly doctor: { readonly all: boolean } | undefined
}

/**
 * Reads the event. A schedule sends `{"trigger": "schedule"}`. Any other event is a manual run, or a run of the doctor with
 * `{"action": "doctor"}`. The schedule of a further credential names its source; the function's settings know the secret of
 * each. Throws an error that says what is expected. It names the event's fields and never quotes what they hold: someone may
 * have put a secret there.
 */
export function readInvocation(event: unknown): Invocation {
  // The default event of an EventBridge rule has a `source` too, with another meaning.
  if (typeof event === 'object' && event !== null && 'detail-type' in event) {
    return { trigger: 'schedule', source: undefined, doctor: undefined }
  }
  const given = describe(event)
  // Whoever may start the function could else name a source with another one's secret, and so mix their rows and budgets.
  if (typeof event === 'object' && event !== null && 'secretArn' in event) {
    throw new Error(
      `The event ${given} names a secretArn. Name the source alone, such as ${example}: the function's setting SOPHOS_SOURCES says which secret each has.`,
    )
  }
  const parsed = v.safeParse(eventSchema, event ?? {})
  if (!parsed.success) {
    throw new Error(
      `The event ${given} is not understood; expected {} or ${example}, or {"action": "doctor"}.`,
    )
  }
  const { action, all, trigger = 'manual', source } = parsed.output
  if (all !== undefined && action !== 'doctor') {
    throw new Error(`The event ${given} has "all", which goes with {"action": "doctor"} only.`)
  }
  return { trigger, source, doctor: action === 'doctor' ? { all: all ?? false } : undefined }
}

const example = '{"source": "emea"}'

const mostFields = 10
const longestName = 40

/** Such as "with the fields source (number), all (boolean)". */
function describe(event: unknown): string {
  if (typeof event !== 'object' || event === null) return `of the type ${typeOf(event)}`
  const fields = Object.entries(event)
  if (fields.length === 0) return 'without fields'
  const named = fields
    .slice(0, mostFields)
    .map(([name, value]) => `${plainText(name, longestName)} (${typeOf(value)})`)
  const more = fields.length > mostFields ? ` and ${fields.length - mostFields} more` : ''
  return `with the fields ${named.join(', ')}${more}`
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
