import { isTakenOut } from './plain.ts'
import { writingAt } from './writings.ts'

/** Hides the secrets of this process in what another side wrote. */
export type Mask = {
  /** From now on this text is a secret. One of fewer than 8 characters is none: it would be found in any text, by chance. */
  add(secret: string): void
  /**
   * Returns the text with `***` in place of each secret, and of each part of one that has 12 characters or more as it is
   * written.
   */
  hide(text: string): string
}

/** Secrets are found by their pieces of so many characters. */
const shortest = 8

/**
 * A cut can leave any part of a secret. A shorter part is of no use, and ids of tenants share as many characters with a
 * client id by chance: of `b-4c3d-9`, three are the same in each UUID, and a fourth nearly so.
 */
const longEnough = 12

/**
 * Finds secrets by their pieces, so that a secret that was cut at either end is found too. They may be written as they
 * are, in base64 or base64url (alone or within a longer text), or in hexadecimal digits; in upper or lower case; and in all
 * of these each character may be written as JSON, a URL or HTML write it, also twice over, and URL or HTML within JSON. What
 * `plainText` takes out may stand between them: without it, the secret would be whole again.
 */
export function createMask(): Mask {
  /** How many pieces in a row make a part that is to be hidden. */
  const pieces = new Map<string, number>()
  /** Is 1 where a piece has that hash: most places in a text are ruled out by it, without a text to be made. */
  const hashes = new Uint8Array(2 ** hashBits)

  function add(secret: string): void {
    if (secret.length < shortest) return
    for (const codes of formsOf(secret).flatMap(form => [asWritten(form), asMeant(form)])) {
      const inARow = Math.min(codes.length, longEnough) - shortest + 1
      for (let at = 0; at + shortest <= codes.length; at += 1) {
        const piece = codes.slice(at, at + shortest)
        const text = String.fromCharCode(...piece)
        pieces.set(text, Math.min(inARow, pieces.get(text) ?? inARow))
        hashes[placeOf(piece.reduce((hash, code) => (Math.imul(hash, base) + code) | 0, 0))] = 1
      }
    }
  }

  function hide(text: string): string {
    if (pieces.size === 0) return text
    let shown = ''
    let shownTo = 0
    findParts(text, hashes, pieces, (from, to) => {
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

/** Calls `found` with where each part of enough pieces in a row stands, in their order. Parts may overlap. */
function findParts(
  text: string,
  hashes: Uint8Array,
  pieces: ReadonlyMap<string, number>,
  found: (from: number, to: number) => void,
): void {
  // The last 8 characters, and where each begins, in a ring. Twice side by side, so that the 8 are in a row somewhere.
  const codes = new Uint16Array(2 * shortest)
  const bytes = Buffer.from(codes.buffer)
  const starts = new Uint32Array(shortest)
  let hash = 0
  // The pieces in a row up to here: where the first begins, how many they are, and how many are enough.
  let row = noRow
  for (let at = 0, read = 1; at < text.length; ) {
    const from = at
    const writing = writingAt(text, at)
    const code = fold(writing?.code ?? text.charCodeAt(at))
    at += writing?.length ?? 1
    if (isTakenOut(code)) continue
    const slot = read % shortest
    hash = (Math.imul(hash, base) + code - Math.imul(codes[slot] ?? 0, oldest)) | 0
    codes[slot] = code
    codes[slot + shortest] = code
    starts[slot] = from
    const isPiece = hashes[placeOf(hash)] === 1 && read >= shortest
    const first = (slot + 1) % shortest
    const enough = isPiece
      ? pieces.get(bytes.toString('utf16le', 2 * first, 2 * (first + shortest)))
      : undefined
    read += 1
    if (enough === undefined) {
      row = noRow
      continue
    }
    row =
      row === noRow
        ? { from: starts[first] ?? 0, pieces: 1, enough }
        : { from: row.from, pieces: row.pieces + 1, enough: Math.min(row.enough, enough) }
    if (row.pieces >= row.enough) found(row.from, at)
  }
}

const noRow = { from: 0, pieces: 0, enough: 0 }

/** A secret may look like the writing of a character itself: "%41". */
const asWritten = (form: string): number[] =>
  Array.from({ length: form.length }, (_, at) => fold(form.charCodeAt(at))).filter(code => !isTakenOut(code))

function asMeant(form: string): number[] {
  const codes: number[] = []
  for (let at = 0; at < form.length; ) {
    const writing = writingAt(form, at)
    codes.push(fold(writing?.code ?? form.charCodeAt(at)))
    at += writing?.length ?? 1
  }
  return codes.filter(code => !isTakenOut(code))
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
