import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import * as v from 'valibot'
import { userKey } from '../../cdk/access/edge/credentials.ts'
import { rounds } from '../../cdk/access/edge/password.ts'

const user = v.object({ name: v.string(), since: v.string() })

/** `since`: the day on which the password was set, such as `2026-11-22`. */
export type User = v.InferOutput<typeof user>

/** Letters of any script, digits and `._@+-`. No colon: in HTTP Basic, it separates the name from the password. */
export const isUserName = (name: string): boolean => /^[\p{L}\p{N}._@+-]{1,64}$/u.test(name.normalize())

/** Returns the key of a user in the store. Upper case and the Unicode form of accents make no difference. */
export const keyOf = (name: string): string => userKey(name.normalize(), { createHash, createHmac })

/**
 * Returns a user's record for the store: a salted hash of the password, not the password, in the form that the edge
 * function reads. `salt`: 16 random bytes.
 */
export function userRecord({ name, since }: User, password: string, salt: Buffer): string {
  const hash = pbkdf2Sync(password.normalize(), salt, rounds, 32, 'sha256').toString('hex')
  return JSON.stringify({ v: 1, name: name.normalize(), since, salt: salt.toString('hex'), rounds, hash })
}

/** Returns the user of a record, or undefined if the record is damaged. */
export function readUser(record: string): User | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), user), record)
  return parsed.success ? parsed.output : undefined
}
