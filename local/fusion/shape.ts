/** What a text looks like, without saying what it says. */
function kindOf(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'a UUID'
  if (/^\d+$/.test(text)) return 'digits'
  if (['OK', 'INVALID_REQUEST', 'TRANSACTION_ERROR'].includes(text)) return text
  return text === '' ? 'an empty text' : 'a text'
}

/**
 * The shape of a JSON value: its fields, their types, how many there are of each, and numbers as they are. No id, no name and
 * no other text is in it, so that it can be shown to anybody.
 */
export function shapeOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return kindOf(value)
  if (Array.isArray(value)) {
    const kinds = new Set(value.map(item => (typeof item === 'number' ? 'a number' : shapeOf(item))))
    return value.length === 0 ? '[]' : `[${value.length} × ${[...kinds].slice(0, 3).join(' | ')}]`
  }
  if (typeof value === 'object') {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${shapeOf(field)}`)
    return `{ ${fields.join(', ')} }`
  }
  return String(value)
}

/** A message from outside without ids, addresses and long numbers, and not too long. */
export function withoutIds(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<a UUID>')
    .replace(/\S+@\S+/g, '<an address>')
    .replace(/https?:\/\/\S+/g, '<a URL>')
    .replace(/\d{5,}/g, '<digits>')
    .slice(0, 300)
}
