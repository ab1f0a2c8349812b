import { createHash } from 'node:crypto'

/** Bearer tokens and how long each is good. */
export function makeTokens(seed: number, lifeMs: number) {
  const expiries = new Map<string, number>()
  let issued = 0

  return {
    /** A new token, good from `now` for one token life. */
    issue(now: number): string {
      issued += 1
      const token = createHash('sha256').update(`${seed} ${issued}`).digest('base64url')
      for (const [old, expiry] of expiries) if (expiry <= now) expiries.delete(old)
      expiries.set(token, now + lifeMs)
      return token
    },
    /** Whether the token was issued here and is still good. */
    isGood(token: string, now: number): boolean {
      return (expiries.get(token) ?? Number.NEGATIVE_INFINITY) > now
    },
    /** Every token issued so far stops being good. */
    expireAll(): void {
      expiries.clear()
    },
  }
}
