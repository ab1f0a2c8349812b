import type { Clock } from '../clock.ts'
import type { SophosClient } from '../sophos/client.ts'
import { type Identity, whoAmI } from '../sophos/identity.ts'
import { listTenants, type TenantList } from '../sophos/tenants.ts'
import type { ApiId } from './catalogue.ts'
import { refusalsAsNoPermission } from './explain-refusals.ts'
import { type Answers, classify, type Evidence } from './finding.ts'
import { type ListingNotes, readListing } from './listing-shape.ts'

/** What each step answered. `identity` and `list` are undefined if their step failed or was not reached. */
export type CredentialCheck = {
  readonly answers: Answers
  readonly identity: Identity | undefined
  readonly list: (TenantList & ListingNotes) | undefined
}

/** Asks for a token, the identity and all pages of the tenant list. Stops at the first step that fails. */
export async function checkCredential(
  client: SophosClient,
  apiUrl: string,
  clock: Clock,
): Promise<CredentialCheck> {
  const answers = new Map<ApiId, Evidence>()

  async function step<T>(api: ApiId, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await ask()
      answers.set(api, { finding: 'works', at: clock.now() })
      return result
    } catch (error) {
      answers.set(api, classify(error, clock.now()))
      return undefined
    }
  }

  const signedIn = await step('token', async () => {
    await client.signIn()
    return true
  })
  const identity = signedIn ? await step('whoami', () => whoAmI(client, apiUrl)) : undefined
  if (!identity) return { answers: refusalsAsNoPermission(answers), identity, list: undefined }
  if (identity.idType === 'tenant') {
    return {
      answers,
      identity,
      list: { ...(await listTenants(client, apiUrl, identity)), ...readListing([]) },
    }
  }

  const listing = identity.idType === 'partner' ? 'partner-tenants' : 'organization-tenants'
  const pages: unknown[] = []
  const keepsPages: Pick<SophosClient, 'get'> = {
    async get(request) {
      const page = await client.get(request)
      pages.push(page)
      return page
    },
  }
  const list = await step(listing, () => listTenants(keepsPages, apiUrl, identity))
  const notes = readListing(pages)
  if (list && notes.drift.length > 0) {
    answers.set(listing, { finding: 'unknown_shape', at: clock.now(), message: notes.drift.join(' ') })
  }
  return { answers: refusalsAsNoPermission(answers), identity, list: list && { ...list, ...notes } }
}
