import type { Tenant } from '../data/tenant.ts'

/** What is searched of a tenant, by the tenant: made once, and asked at every key. */
const texts = new WeakMap<Tenant, string>()

/** Whether every word of the search is found in the tenant's name, ID, region, source, groups or reason; case and accents aside. */
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

/** Letters alone: "Café" is found by "cafe", "Straße" by "strasse", full-width "ＡＢＣ" by "abc". */
function plain(text: string): string {
  const low = text.toLowerCase()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, which most names are and which has no accents.
  if (/^[\x00-\x7f]*$/.test(low)) return low
  return low
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('ß', 'ss')
}
