import * as v from 'valibot'
import { parseBody } from './answers.ts'
import type { HttpRequest } from './transport.ts'

export type Credentials = { readonly clientId: string; readonly clientSecret: string }

/** `issuedAt` and `expiresAt` are milliseconds since the epoch. */
export type Token = { readonly value: string; readonly issuedAt: number; readonly expiresAt: number }

/** How long before its end a token is renewed, as in Sophos' own SIEM connector. */
const renewEarlyMs = 120_000
/** The documented life (community.sophos.com, recommended read 120745), if the answer gives none. */
const usualLifeSeconds = 3_600

/** Source: official Postman collection, "Authentication". */
export function tokenRequest(idUrl: string, { clientId, clientSecret }: Credentials): HttpRequest {
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'token',
  }
  return {
    method: 'POST',
    url: `${idUrl}/api/v2/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
  }
}

/** Only the token shows success: `errorCode` is sometimes "success" and sometimes "Ok". */
const tokenSchema = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.fallback(v.optional(v.pipe(v.number(), v.minValue(1))), undefined),
})

export function parseToken(body: unknown, now: number): Token {
  const { access_token, expires_in } = parseBody(tokenSchema, body, 'token answer')
  return { value: access_token, issuedAt: now, expiresAt: now + (expires_in ?? usualLifeSeconds) * 1_000 }
}

/** A token with a short life is used for at least half of it. */
export const isDue = ({ issuedAt, expiresAt }: Token, now: number): boolean =>
  now >= expiresAt - Math.min(renewEarlyMs, (expiresAt - issuedAt) / 2)
