import type { Endpoint } from '../asking/endpoints.ts'

/**
 * Sophos Fusion is one endpoint for all tenants, at a host of its own. It has one document and one credential for all, so
 * where these do not fit (400, 401, 404), every tenant would be refused.
 */
export const fusionEndpoint: Endpoint = {
  name: 'fusion',
  tries: 2,
  silence: 'has answered nothing of use',
  refusesAll: [400, 401, 404],
}

/** What people call it. */
export const fusionPlace = 'Sophos Fusion'
