import type { BaseIssue } from 'valibot'

/** What valibot calls a kind of value, in plain words. */
const kinds: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  undefined: 'nothing',
}

/** Says what is wrong with a field: "should be a whole number, not 0.5". */
export function describeIssue(issue: BaseIssue<unknown>): string {
  const { kind, type, expected, received, message } = issue
  const limit = expected?.replace(/^[<>]=/, '')
  const not = `not ${clip(kinds[received] ?? received)}`
  if (kind === 'schema')
    return received === 'undefined' ? 'is missing' : `should be ${options(expected)}, ${not}`
  switch (type) {
    case 'safe_integer':
    case 'integer':
      return `should be ${isWhole(received) ? 'a whole number of at most 15 digits' : 'a whole number'}, ${not}`
    case 'min_value':
      return `should be at least ${limit}, ${not}`
    case 'max_value':
      return `should be at most ${limit}, ${not}`
    case 'max_length':
      return `should have at most ${limit} entries, ${not}`
    case 'non_empty':
      return 'should not be empty'
    case 'check':
      return `should be ${message}, ${not}`
    default:
      return `should be something else, ${not} (${message})`
  }
}

const isWhole = (received: string): boolean => Number.isInteger(Number(received))

/** '("a" | null)' as '"a" or null' */
function options(expected: string | null): string {
  const all = (expected ?? 'something else')
    .replace(/^\((.*)\)$/, '$1')
    .split(' | ')
    .map(one => kinds[one] ?? one)
  return [all.slice(0, -1).join(', '), all.at(-1)].filter(Boolean).join(' or ')
}

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
