import { type FieldReader, type Fields, fieldReader, parseFields, show } from './read-fields.ts'
import type { UnreadableWhy } from './why.ts'

/** What the page uses of status.json. Any part may be missing: the file may be older, newer or written by hand. */
export type RunStatus = {
  demo: boolean
  refreshIntervalMs: number | undefined
  version: string | undefined
  sources: Source[]
  /** What is wrong in the file, one plain sentence each. */
  problems: string[]
}

export type Source = {
  name: string
  startedAt: number | undefined
  endedAt: number | undefined
  result: 'complete' | 'partial' | 'failed' | undefined
  message: string | undefined
  /**
   * The numbers of the message: `tenants`, `collected`, `needAttention` and more. Empty if the run ended before it
   * asked for detections.
   */
  counts: ReadonlyMap<string, number>
  /** The sentences of the message that no number says. */
  remark: string | undefined
  nextRunAt: number | undefined
  /** The rate windows and what is left of each, in the order of the file. */
  budget: Budget[]
}

export type Budget = { window: string; limit: number; left: number }

/** Reads status.json. Refuses only text that is not a JSON object; names what is missing or wrong inside. */
export function parseStatus(text: string): RunStatus | { problem: UnreadableWhy } {
  const json = parseFields(text)
  if (!json) return { problem: { kind: 'no-json-object' } }

  const problems: string[] = []
  const read = fieldReader(problems)
  if (json.schemaVersion !== undefined && json.schemaVersion !== 1) {
    problems.push(`status.json has schemaVersion ${show(json.schemaVersion)}; this page knows 1.`)
  }
  const interval = read.number(json, 'refreshIntervalMs')
  if (interval !== undefined && interval <= 0) problems.push('refreshIntervalMs should be above 0.')
  return {
    demo: json.demo === true,
    refreshIntervalMs: interval !== undefined && interval > 0 ? interval : undefined,
    version: read.string(json, 'version'),
    sources: read.list(json, 'sources').map((source, i) => toSource(source, `sources[${i}].`, read)),
    problems,
  }
}

function toSource(source: Fields, at: string, read: FieldReader): Source {
  const run = read.fields(source, 'run', at)
  const runAt = `${at}run.`
  const result = read.string(run, 'result', runAt)
  return {
    name: read.string(source, 'source', at) ?? 'default',
    startedAt: read.instant(run, 'startedAt', runAt),
    endedAt: read.instant(run, 'endedAt', runAt),
    result: result === 'complete' || result === 'partial' || result === 'failed' ? result : undefined,
    message: read.string(run, 'message', runAt),
    counts: read.numbers(run, 'counts', runAt),
    remark: read.string(run, 'remark', runAt),
    nextRunAt: read.instant(source, 'nextRunAt', at),
    budget: read
      .list(source, 'budget', at)
      .flatMap((window, i) => toBudget(window, `${at}budget[${i}].`, read) ?? []),
  }
}

function toBudget(fields: Fields, at: string, read: FieldReader): Budget | undefined {
  const window = read.string(fields, 'window', at)
  const limit = read.number(fields, 'limit', at)
  const left = read.number(fields, 'left', at)
  return window === undefined || limit === undefined || left === undefined
    ? undefined
    : { window, limit, left }
}
