/** What the page uses of status.json. Every part may be missing: the file may be older, newer or written by hand. */
export type RunStatus = {
  demo: boolean
  refreshIntervalMs: number | undefined
  version: string | undefined
  sources: Source[]
  /** What in the file is not as it should be, one plain sentence each. */
  problems: string[]
}

export type Source = {
  name: string
  result: 'complete' | 'partial' | 'failed' | undefined
  message: string | undefined
  nextRunAt: number | undefined
}

type Fields = Record<string, unknown>

/** Reads status.json. Only a text that is no JSON object at all is refused; what is missing or wrong inside is named. */
export function parseStatus(text: string): RunStatus | { problem: string } {
  const json = parseJson(text)
  if (!isFields(json)) return { problem: 'status.json is not a JSON object' }

  const problems: string[] = []
  const read = reader(problems)
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

function toSource(source: Fields, at: string, read: Reader): Source {
  const run = read.fields(source, 'run', at)
  const result = read.string(run, 'result', `${at}run.`)
  return {
    name: read.string(source, 'source', at) ?? 'default',
    result: result === 'complete' || result === 'partial' || result === 'failed' ? result : undefined,
    message: read.string(run, 'message', `${at}run.`),
    nextRunAt: read.instant(source, 'nextRunAt', at),
  }
}

type Reader = ReturnType<typeof reader>

/** Readers of one field each: `undefined` where it is missing, and a sentence in `problems` where it is of another kind. */
function reader(problems: string[]) {
  const wrong = (at: string, wanted: string, value: unknown) => {
    if (value !== undefined && value !== null)
      problems.push(`${at} should be ${wanted}, and is ${show(value)}.`)
    return undefined
  }
  const string = (from: Fields, name: string, at = '') => {
    const value = from[name]
    return typeof value === 'string' ? value : wrong(at + name, 'a text', value)
  }
  return {
    string,
    number: (from: Fields, name: string, at = '') => {
      const value = from[name]
      return typeof value === 'number' && Number.isFinite(value) ? value : wrong(at + name, 'a number', value)
    },
    instant: (from: Fields, name: string, at = '') => {
      const value = string(from, name, at)
      const ms = Date.parse(value ?? '')
      return Number.isNaN(ms) ? wrong(at + name, 'a time in ISO 8601', value) : ms
    },
    fields: (from: Fields, name: string, at = ''): Fields => {
      const value = from[name]
      if (isFields(value)) return value
      wrong(at + name, 'an object', value)
      return {}
    },
    list: (from: Fields, name: string, at = ''): Fields[] => {
      const value = from[name]
      if (Array.isArray(value)) return value.filter(isFields)
      wrong(at + name, 'a list', value)
      return []
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // The caller names what is wrong; where in the text helps nobody who reads a dashboard.
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
