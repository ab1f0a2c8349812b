import type { Tenant } from '../data/tenant.ts'

/** The searchable text of each tenant: built once, used at every key press. */
const texts = new WeakMap<Tenant, string>()

/**
 * Returns whether the tenant's name, ID, region, source, groups or reason contain every word of the search. Ignores
 * case and accents.
 */
export function searcher(
  search: string,
  groupsOf: (tenant: Tenant) => readonly string[],
): ((tenant: Tenant) => boolean) | undefined {
  const words = plain(search)
    .split(/\s+/)
    .filter(word => word !== '')
  if (words.length === 0) return undefined
  return tenant => {
    const text = textOf(tenant)
    return words.every(
      word => text.includes(word) || groupsOf(tenant).some(group => plain(group).includes(word)),
    )
  }
}

function textOf(tenant: Tenant): string {
  const known = texts.get(tenant)
  if (known !== undefined) return known
  const { name, id, region = '', source = '', reason } = tenant
  const text = plain([name, id, region, source, reason].join('\n'))
  texts.set(tenant, text)
  return text
}

/** Returns plain letters: "cafe" finds "Café", "strasse" finds "Straße", "abc" finds full-width "ＡＢＣ". */
function plain(text: string): string {
  const low = text.toLowerCase()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has no accents, and most names are ASCII.
  if (/^[\x00-\x7f]*$/.test(low)) return low
  return low
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('ß', 'ss')
}
