/** The content of an XML element. Lists become repeated elements, `undefined` becomes no element. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml }

/** Formats a document with one root element. */
export function xmlDocument(root: string, content: Xml, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${inner(content)}</${root}>`
}

function element(name: string, content: Xml): string {
  if (content === undefined) return ''
  if (Array.isArray(content)) return content.map(item => element(name, item)).join('')
  return `<${name}>${inner(content)}</${name}>`
}

function inner(content: Xml): string {
  if (typeof content !== 'object') return escaped(String(content))
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('')
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    '\r': '&#13;',
  }
  return text.replace(/[&<>"\r]/g, letter => entities[letter] ?? letter)
}
