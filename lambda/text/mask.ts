/** Hides the secrets of this process in what another side wrote. */
export type Mask = {
  /** From now on this text is a secret. One of fewer than 8 characters is none: it would be found in any text, by chance. */
  add(secret: string): void
  /** Returns the text with `***` in place of each secret, and of each part of one that has 8 characters or more. */
  hide(text: string): string
}

/** A cut can leave any part of a secret. Fewer characters than this are no use to anybody, and too common to look for. */
const shortest = 8

/**
 * Finds secrets by their pieces of 8 characters, so that a secret that was cut at either end is found too. They may be
 * written as they are, in base64 or base64url (alone or within a longer text), or in hexadecimal digits; in upper or lower
 * case; and in all of these each character may be written as JSON, a URL or HTML write it, also twice over.
 */
export function createMask(): Mask {
  const pieces = new Set<string>()
  /** Is 1 where a piece has that hash: most places in a text are ruled out by it, without a text to be made. */
  const hashes = new Uint8Array(2 ** hashBits)

  function add(secret: string): void {
    if (secret.length < shortest) return
    for (const codes of formsOf(secret).flatMap(form => [asWritten(form), asMeant(form)])) {
      for (let at = 0; at + shortest <= codes.length; at += 1) {
        const piece = codes.slice(at, at + shortest)
        pieces.add(String.fromCharCode(...piece))
        hashes[placeOf(piece.reduce((hash, code) => (Math.imul(hash, base) + code) | 0, 0))] = 1
      }
    }
  }

  function hide(text: string): string {
    if (pieces.size === 0) return text
    let shown = ''
    let shownTo = 0
    findPieces(text, hashes, pieces, (from, to) => {
      if (from > shownTo || shownTo === 0) shown += `${text.slice(shownTo, from)}***`
      shownTo = to
    })
    return shown + text.slice(shownTo)
  }

  return { add, hide }
}

const base = 0x9e3779b1
const hashBits = 18
const placeOf = (hash: number): number => hash >>> (32 - hashBits)
/** What the hash lost when the oldest of 8 characters goes. */
const oldest = Array.from({ length: shortest }).reduce<number>(power => Math.imul(power, base), 1)

/** Calls `found` with where each piece stands, in their order. Pieces may overlap. */
function findPieces(
  text: string,
  hashes: Uint8Array,
  pieces: ReadonlySet<string>,
  found: (from: number, to: number) => void,
): void {
  // The last 8 characters, and where each begins, in a ring.
  const codes = new Uint16Array(shortest)
  const starts = new Uint32Array(shortest)
  let hash = 0
  for (let at = 0, read = 1; at < text.length; read += 1) {
    const from = at
    const writing = writingAt(text, at)
    const code = fold(writing?.code ?? text.charCodeAt(at))
    at += writing?.length ?? 1
    const slot = read % shortest
    hash = (Math.imul(hash, base) + code - Math.imul(codes[slot] ?? 0, oldest)) | 0
    codes[slot] = code
    starts[slot] = from
    if (hashes[placeOf(hash)] === 0 || read < shortest) continue
    const first = (slot + 1) % shortest
    const piece = String.fromCharCode(...codes.subarray(first), ...codes.subarray(0, first))
    if (pieces.has(piece)) found(starts[first] ?? 0, at)
  }
}

/** How JSON, URLs and HTML write a character with others. `(?:25)*`, `\\+` and `(?:amp;)*`: also twice over. */
const writings: ReadonlyMap<number, RegExp> = new Map([
  [0x25, /%(?:25)*(?<hex>[0-9a-f]{2})/iy],
  [0x5c, /\\+(?:(?:u00|x)(?<hex>[0-9a-f]{2})|(?<itself>["\\/]))/iy],
  [0x26, /&(?:amp;)*(?:#0*(?<decimal>\d{1,3})|#x0*(?<hex>[0-9a-f]{1,2})|(?<name>amp|lt|gt|quot|apos));/iy],
])

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

type Writing = { readonly code: number; readonly length: number }

/** Returns the character that is written at this place with several, and how many these are; else undefined. */
function writingAt(text: string, at: number): Writing | undefined {
  const start = text.charCodeAt(at)
  if (start !== 0x25 && start !== 0x26 && start !== 0x5c) return undefined
  const writing = writings.get(start)
  if (!writing) return undefined
  writing.lastIndex = at
  const found = writing.exec(text)
  return found ? { code: meantBy(found.groups), length: found[0].length } : undefined
}

/** A secret may look like the writing of a character itself: "%41". */
const asWritten = (form: string): number[] =>
  Array.from({ length: form.length }, (_, at) => fold(form.charCodeAt(at)))

function asMeant(form: string): number[] {
  const codes: number[] = []
  for (let at = 0; at < form.length; ) {
    const writing = writingAt(form, at)
    codes.push(fold(writing?.code ?? form.charCodeAt(at)))
    at += writing?.length ?? 1
  }
  return codes
}

function meantBy({ hex, decimal, itself, name = '' }: Readonly<Record<string, string>> = {}): number {
  if (hex !== undefined) return Number.parseInt(hex, 16)
  if (decimal !== undefined) return Number(decimal)
  return (itself ?? named[name.toLowerCase()] ?? '').charCodeAt(0)
}

/** Upper case as lower case, and the two characters of base64url as those of base64. */
const fold = (code: number): number => folded[code] ?? code
const folded = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x41 && code <= 0x5a) return code + 0x20
  if (code === 0x2d) return 0x2b
  return code === 0x5f ? 0x2f : code
})

function formsOf(secret: string): string[] {
  const written = new Set([
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
  ])
  return [...written].flatMap(text => {
    const bytes = Buffer.from(text)
    // In base64 three bytes are four characters, so within a longer text there are three ways, by where it begins. The
    // characters at both ends hold bits of the neighbours.
    const inBase64 = [0, 1, 2].map(before => {
      const encoded = Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .replace(/=+$/, '')
      const shared = (before + bytes.length) % 3 === 0 ? 0 : 1
      return encoded.slice(Math.ceil((before * 4) / 3), encoded.length - shared)
    })
    return [text, bytes.toString('hex'), ...inBase64]
  })
}
