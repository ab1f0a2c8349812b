export type Fields = Record<string, unknown>

/** Returns the object in a JSON text; `undefined` if it is not JSON or not an object. */
export function parseFields(text: string): Fields | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isFields(json) ? json : undefined
  } catch {
    return undefined // The caller names the problem. The position in the text does not help a dashboard user.
  }
}

export type FieldReader = ReturnType<typeof fieldReader>

/**
 * Returns readers for one field each. They return `undefined` for a missing field, and add a sentence to `problems` for
 * one of another type. `at` is the path of the object in its file, for that sentence.
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
    /** An object of numbers, such as the number of tenants per status. */
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

/** Returns a value as text for such a sentence, shortened if long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
