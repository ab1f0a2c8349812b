import * as v from 'valibot'
import { parseBody } from './answers.ts'
import type { SophosClient } from './client.ts'
import { UnexpectedAnswerError } from './errors.ts'
import { isUsableId, usableId } from './ids.ts'

const identitySchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  idType: v.picklist(['partner', 'organization', 'tenant']),
  apiHosts: v.object({ dataRegion: v.optional(v.nullable(v.string())) }),
})

/** The owner of the credential. Only a tenant has a data region (`apiHosts.dataRegion`). */
export type Identity = v.InferOutput<typeof identitySchema>

/** Source: official Postman collection, "Who-am-I API"; GET /whoami/v1, with the token only. */
export async function whoAmI(client: Pick<SophosClient, 'get'>, apiUrl: string): Promise<Identity> {
  const body = await client.get({ host: apiUrl, path: '/whoami/v1' })
  const identity = parseBody(identitySchema, body, 'whoami answer')
  if (isUsableId(identity.id)) return identity
  // The next calls would send it in a header.
  throw new UnexpectedAnswerError(`Sophos' whoami answer is not as documented: id should be ${usableId}.`)
}
