/** Returns the kind of a text, without its content. */
function kindOf(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'a UUID'
  if (/^\d+$/.test(text)) return 'digits'
  if (['OK', 'INVALID_REQUEST', 'TRANSACTION_ERROR'].includes(text)) return text
  return text === '' ? 'an empty text' : 'a text'
}

/**
 * Formats the shape of a JSON value: its fields, their types and numbers of items. Numbers are kept; ids, names and
 * other texts are not, so the result can be published.
 */
export function shapeOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return kindOf(value)
  if (Array.isArray(value)) {
    const kinds = new Set(value.map(item => (typeof item === 'number' ? 'a number' : shapeOf(item))))
    return value.length === 0 ? '[]' : `[${value.length} × ${[...kinds].slice(0, 3).join(' | ')}]`
  }
  if (typeof value === 'object') {
    const fields = Object.entries(value).map(([name, field]) => `${fieldName(name)}: ${shapeOf(field)}`)
    return `{ ${fields.join(', ')} }`
  }
  return String(value)
}

/** A field that is named as programs name fields; another one may be a tenant's name. */
const fieldName = (name: string): string => (/^[A-Za-z_]\w{0,39}$/.test(name) ? name : 'a name')

/**
 * Shortens an outside message and removes `names`, ids, addresses, long numbers, and long words, which may be keys. A name
 * of one or two letters stays: it would be found within other words.
 */
export function withoutIds(text: string, names: readonly string[] = []): string {
  const longestFirst = names
    .filter(({ length }) => length > 2)
    .sort((one, other) => other.length - one.length)
  return longestFirst
    .reduce((left, name) => left.replaceAll(name, '<a name>'), text)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<a UUID>')
    .replace(/\S+@\S+/g, '<an address>')
    .replace(/https?:\/\/\S+/g, '<a URL>')
    .replace(/\d{5,}/g, '<digits>')
    .replace(/[\w+/=-]{24,}/g, '<a long word>')
    .slice(0, 300)
}
