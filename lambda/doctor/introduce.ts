import type { Clock } from '../clock.ts'
import type { SophosClient } from '../sophos/client.ts'
import { type Identity, whoAmI } from '../sophos/identity.ts'
import { listTenants, type TenantList } from '../sophos/tenants.ts'
import type { ApiId } from './catalogue.ts'
import { classify, type Evidence } from './finding.ts'
import { type ListingNotes, readListing } from './listing-shape.ts'
import { type Answers, asOfNobody } from './tell-apart.ts'

/** What is known of the credential: how far one came, and what each step answered. */
export type Introduction = {
  readonly answers: Answers
  readonly identity: Identity | undefined
  readonly list: (TenantList & ListingNotes) | undefined
}

/** Token, whoami, all pages of the listing, each only after the one before it works. */
export async function introduce(client: SophosClient, apiUrl: string, clock: Clock): Promise<Introduction> {
  const answers = new Map<ApiId, Evidence>()

  async function step<T>(api: ApiId, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await ask()
      answers.set(api, { finding: 'works', at: clock.now() })
      return result
    } catch (error) {
      const evidence = classify(error, clock.now())
      // There is no tenant here whose licence or management could be the cause.
      answers.set(
        api,
        evidence.finding === 'forbidden' ? { ...evidence, finding: 'no_permission' } : evidence,
      )
      return undefined
    }
  }

  const signedIn = await step('token', async () => {
    await client.signIn()
    return true
  })
  const identity = signedIn ? await step('whoami', () => whoAmI(client, apiUrl)) : undefined
  if (!identity) return { answers: asOfNobody(answers), identity: undefined, list: undefined }
  if (identity.idType === 'tenant') {
    return {
      answers,
      identity,
      list: { ...(await listTenants(client, apiUrl, identity)), ...readListing([]) },
    }
  }

  const listing = identity.idType === 'partner' ? 'partner-tenants' : 'organization-tenants'
  const pages: unknown[] = []
  const noting: Pick<SophosClient, 'get'> = {
    async get(request) {
      const page = await client.get(request)
      pages.push(page)
      return page
    },
  }
  const list = await step(listing, () => listTenants(noting, apiUrl, identity))
  const notes = readListing(pages)
  const [drift] = notes.drift
  if (list && drift) {
    answers.set(listing, { finding: 'unknown_shape', at: clock.now(), message: notes.drift.join(' ') })
  }
  return { answers: asOfNobody(answers), identity, list: list && { ...list, ...notes } }
}
