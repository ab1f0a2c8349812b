import { tokenError } from '../answers.ts'
import { ok, onlyParameters } from '../call.ts'
import { apiHostOf } from '../central.ts'
import { hash } from '../hash.ts'
import type { Route } from '../route.ts'

/** Tokens of `id.sophos.com`, and the account of the credential. */
export const identityRoutes: readonly Route[] = [
  {
    name: 'token',
    method: 'POST',
    path: '/api/v2/oauth2/token',
    on: 'id',
    answer(call, central) {
      if (!/^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? ''))
        return tokenError(400, 'oauth.invalid_request', 'The body must be application/x-www-form-urlencoded.')
      const form = new URLSearchParams(call.body)
      if (form.get('grant_type') !== 'client_credentials')
        return tokenError(400, 'oauth.invalid_grant_type', 'grant_type must be client_credentials.')
      if (form.get('scope') !== 'token') return tokenError(400, 'oauth.invalid_scope', 'scope must be token.')
      if (form.get('client_id') !== central.clientId || form.get('client_secret') !== central.clientSecret)
        return tokenError(401, 'oauth.invalid_client_secret', 'Unauthorized')
      return ok({
        access_token: central.tokens.issue(call.now),
        errorCode: 'success',
        expires_in: Math.floor(central.tokenLifeMs / 1000),
        message: 'OK',
        refresh_token: hash(central.seed, call.now).toString(16).padStart(64, '0'),
        token_type: 'bearer',
        trackingId: crypto.randomUUID(),
      })
    },
  },
  {
    name: 'whoami',
    method: 'GET',
    path: '/whoami/v1',
    on: 'global',
    answer(call, central) {
      onlyParameters(call, [])
      const own = central.idType === 'tenant' ? central.world.tenant(central.accountId) : undefined
      return ok({
        id: central.accountId,
        idType: central.idType,
        apiHosts: { global: central.url, ...(own && { dataRegion: apiHostOf(central, own) }) },
      })
    },
  },
]
