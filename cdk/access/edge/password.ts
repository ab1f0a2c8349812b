import type { Crypto } from './runtime.ts'

/**
 * The number of hash iterations. CloudFront stops a function after about a millisecond of computing. A whole request
 * with 16 rounds takes 0.15 ms in Node without its compiler, and edge machines are slower. So few rounds do not
 * protect a weak password if the store leaks, so the command that adds users refuses weak passwords.
 */
export const rounds = 16

/** With more, a damaged record could exceed the time limit. */
const maxRounds = 2 * rounds

type PasswordHash = {
  /** 16 bytes in hexadecimal digits. */
  readonly salt: string
  readonly rounds: number
  /** 32 bytes in hexadecimal digits. */
  readonly hash: string
}

/** Compared with for unknown names, so that they take as long as known ones. */
const decoy: PasswordHash = { salt: '0'.repeat(32), rounds, hash: '0'.repeat(64) }

/**
 * Whether `stored`, the text of a user's record, holds the hash of this password. Does the same work for a wrong
 * password, a missing record (an empty text) and a damaged one.
 */
export function isPasswordOf(stored: string, password: string, crypto: Crypto): boolean {
  const known = readHash(stored)
  const expected = known || decoy
  const same = isSame(passwordHash(password, expected.salt, expected.rounds, crypto), expected.hash)
  return same && known !== undefined
}

/** PBKDF2 with HMAC-SHA-256 and one block of 32 bytes (RFC 8018, 5.2), which the runtime does not provide. */
function passwordHash(password: string, salt: string, rounds: number, crypto: Crypto): string {
  const sum: number[] = []
  let last = Buffer.from(`${salt}00000001`, 'hex')
  for (let round = 0; round < rounds; round++) {
    last = crypto.createHmac('sha256', password).update(last).digest()
    for (let at = 0; at < 32; at++) sum[at] = (sum[at] || 0) ^ (last[at] || 0)
  }
  return Buffer.from(sum).toString('hex')
}

/** Compares in constant time; the runtime has no timingSafeEqual. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < 64; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}

function readHash(stored: string): PasswordHash | undefined {
  try {
    const record: unknown = JSON.parse(stored)
    return isHash(record) ? record : undefined
  } catch {
    // A missing or damaged record.
    return undefined
  }
}

function isHash(record: unknown): record is PasswordHash {
  const fields: Record<string, unknown> = Object(record)
  return (
    fields.v === 1 &&
    isHex(fields.salt, 32) &&
    isHex(fields.hash, 64) &&
    typeof fields.rounds === 'number' &&
    fields.rounds >= 1 &&
    fields.rounds <= maxRounds &&
    fields.rounds % 1 === 0
  )
}

const isHex = (value: unknown, digits: number): boolean =>
  typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value)
