import { createHash } from 'node:crypto'

/** Issues bearer tokens and checks that they are still valid. */
export function makeTokens(seed: number, lifeMs: number) {
  const expiries = new Map<string, number>()
  let issued = 0

  return {
    /** Returns a new token, valid for `lifeMs` from `now`. */
    issue(now: number): string {
      issued += 1
      const token = createHash('sha256').update(`${seed} ${issued}`).digest('base64url')
      for (const [old, expiry] of expiries) if (expiry <= now) expiries.delete(old)
      expiries.set(token, now + lifeMs)
      return token
    },
    /** Returns whether the token was issued here and is still valid. */
    isGood(token: string, now: number): boolean {
      return (expiries.get(token) ?? Number.NEGATIVE_INFINITY) > now
    },
    /** Expires all tokens issued so far. */
    expireAll(): void {
      expiries.clear()
    },
  }
}
