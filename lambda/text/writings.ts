/** How URLs, HTML and JSON write a character with others. `(?:25)*`, `(?:amp;)*` and `\\+`: also twice over. */
const inUrl = /(?:%|\\+u0025)(?:25)*(?<hex>[0-9a-f]{2})/iy
const inHtml =
  /(?:&|\\+u0026)(?:amp;)*(?:#0*(?<decimal>\d{1,3})|#x0*(?<hex>[0-9a-f]{1,2})|(?<name>amp|lt|gt|quot|apos));/iy
const inJson = /\\+(?:u(?<unit>[0-9a-f]{4})|x(?<hex>[0-9a-f]{2})|(?<itself>["\\/])|(?<control>[bfnrt]))/iy

const writings: ReadonlyMap<number, readonly RegExp[]> = new Map([
  [0x25, [inUrl]],
  [0x26, [inHtml]],
  [0x5c, [inUrl, inHtml, inJson]],
])

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** A character that is written with `length` others. */
type Writing = { readonly code: number; readonly length: number }

/** Returns the character that is written at this place with several, and how many these are; else undefined. */
export function writingAt(text: string, at: number): Writing | undefined {
  const start = text.charCodeAt(at)
  if (start !== 0x25 && start !== 0x26 && start !== 0x5c) return undefined
  for (const writing of writings.get(start) ?? []) {
    writing.lastIndex = at
    const found = writing.exec(text)
    if (found) return { code: meantBy(found.groups), length: found[0].length }
  }
  return undefined
}

function meantBy({
  hex,
  unit = hex,
  decimal,
  itself,
  control,
  name = '',
}: Readonly<Record<string, string>> = {}): number {
  if (unit !== undefined) return Number.parseInt(unit, 16)
  if (control !== undefined) return 0
  if (decimal !== undefined) return Number(decimal)
  return (itself ?? named[name.toLowerCase()] ?? '').charCodeAt(0)
}
