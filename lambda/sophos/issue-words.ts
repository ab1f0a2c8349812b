import type { BaseIssue } from 'valibot'

/** What valibot calls a kind of value, in plain words. */
const kinds: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  undefined: 'nothing',
  null: 'null',
}

/**
 * Says what is wrong with a field: "should be a number, not a text". It tells the kind of what came and never the value,
 * which may be anything, a secret too.
 */
export function describeIssue({ kind, type, expected, received, message }: BaseIssue<unknown>): string {
  const limit = expected?.replace(/^[<>]=/, '')
  if (kind === 'schema')
    return received === 'undefined'
      ? 'is missing'
      : `should be ${options(expected)}, not ${kindOf(received, expected)}`
  switch (type) {
    case 'safe_integer':
    case 'integer':
      return 'should be a whole number of at most 15 digits'
    case 'min_value':
      return `should be at least ${limit}`
    case 'max_value':
      return `should be at most ${limit}`
    case 'max_length':
      return `should have at most ${limit} entries, not ${received}`
    case 'non_empty':
      return 'should not be empty'
    case 'check':
      return `should be ${message}`
    default:
      return `should be something else (${type})`
  }
}

/** Valibot gives a text in quotes, a number or a boolean as it is, and the name of every other kind. */
function kindOf(received: string, expected: string | null): string {
  if (received.startsWith('"')) return expected?.includes('"') ? 'another text' : 'a text'
  if (received === 'true' || received === 'false') return 'true or false'
  return kinds[received] ?? 'a number'
}

/** '("a" | null)' as '"a" or null' */
function options(expected: string | null): string {
  const all = (expected ?? 'something else')
    .replace(/^\((.*)\)$/, '$1')
    .split(' | ')
    .map(one => kinds[one] ?? one)
  return [all.slice(0, -1).join(', '), all.at(-1)].filter(Boolean).join(' or ')
}
