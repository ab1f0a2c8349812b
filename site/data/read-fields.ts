export type Fields = Record<string, unknown>

/** The object that a JSON text holds; `undefined` where it is no JSON, or anything but an object. */
export function parseFields(text: string): Fields | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isFields(json) ? json : undefined
  } catch {
    return undefined // The caller names what is wrong; where in the text helps nobody who reads a dashboard.
  }
}

export type FieldReader = ReturnType<typeof fieldReader>

/**
 * Readers of one field each: `undefined` where it is missing, and a sentence in `problems` where it is of another kind. `at` is
 * where the object stands in its file, for that sentence.
 */
export function fieldReader(problems: string[]) {
  const wrong = (at: string, wanted: string, value: unknown) => {
    if (value !== undefined && value !== null)
      problems.push(`${at} should be ${wanted}, and is ${show(value)}.`)
    return undefined
  }
  const string = (from: Fields, name: string, at = '') => {
    const value = from[name]
    return typeof value === 'string' ? value : wrong(at + name, 'a text', value)
  }
  const array = (from: Fields, name: string, at = ''): unknown[] => {
    const value = from[name]
    if (Array.isArray(value)) return value
    wrong(at + name, 'a list', value)
    return []
  }
  const number = (from: Fields, name: string, at = '') => {
    const value = from[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : wrong(at + name, 'a number', value)
  }
  const fields = (from: Fields, name: string, at = ''): Fields => {
    const value = from[name]
    if (isFields(value)) return value
    wrong(at + name, 'an object', value)
    return {}
  }
  return {
    string,
    number,
    fields,
    instant: (from: Fields, name: string, at = '') => {
      const value = string(from, name, at)
      const ms = Date.parse(value ?? '')
      return Number.isNaN(ms) ? wrong(at + name, 'a time in ISO 8601', value) : ms
    },
    list: (from: Fields, name: string, at = ''): Fields[] => array(from, name, at).filter(isFields),
    strings: (from: Fields, name: string, at = ''): string[] =>
      array(from, name, at).filter(item => typeof item === 'string'),
    /** An object of numbers, such as how many tenants have which status. */
    numbers: (from: Fields, name: string, at = ''): ReadonlyMap<string, number> =>
      new Map(
        Object.entries(fields(from, name, at)).flatMap(([key, value]) =>
          typeof value === 'number' && Number.isFinite(value) ? [[key, value] as const] : [],
        ),
      ),
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value in a sentence of this kind, cut where it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
