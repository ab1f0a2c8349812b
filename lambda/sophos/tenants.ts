import * as v from 'valibot'
import { count } from '../schemas.ts'
import { plainText } from '../text/plain.ts'
import { parseBody } from './answers.ts'
import type { SophosClient } from './client.ts'
import { UnexpectedAnswerError } from './errors.ts'
import type { Identity } from './identity.ts'
import { hasStandInId, isUsableId, standInId } from './ids.ts'
import { followPages } from './paging.ts'

/**
 * A tenant in Sophos' list. `name` is the id if Sophos gives none. `apiHost` is not checked yet; it is missing while a
 * tenant is not activated.
 */
export type ListedTenant = {
  readonly id: string
  readonly name: string
  readonly region: string | undefined
  readonly apiHost: string | undefined
}

export type TenantList = {
  /** Each once, in Sophos' order. */
  readonly tenants: readonly ListedTenant[]
  /** Sophos' own numbers say that these are all, and every entry has an id that can be used. */
  readonly isComplete: boolean
  /** How many pages it took. One page is one answer, in which nobody can move from page to page. */
  readonly pages: number
}

/** The API's largest page (`pages.maxSize` of a partner's list). */
const pageSize = 100
/** The calls that a list of so many tenants takes: whoami, and a call for each page. */
export const callsToList = (tenants: number): number => 1 + Math.ceil(tenants / pageSize)

/** A thousand pages are 100,000 tenants. A list that goes on after that has a fault. */
const maxPages = 1_000

const text = v.fallback(v.optional(v.string()), undefined)
const maybeCount = v.fallback(v.optional(count), undefined)

const pageSchema = v.object({
  items: v.array(v.unknown()),
  // `total` is the number of pages. It needs pageTotal=true, and some hosts leave it out even then.
  pages: v.fallback(
    v.optional(v.object({ size: maybeCount, total: maybeCount, items: maybeCount })),
    undefined,
  ),
})

const tenantSchema = v.object({ id: text, name: text, showAs: text, dataRegion: text, apiHost: text })

/**
 * Returns all tenants that the credential can see, each once, in Sophos' order. For a tenant's own credential that is the
 * tenant itself. Throws if any page fails: half a list would be misleading. `paging.ts` says when a list is complete.
 *
 * Entries with the same id are one tenant: it has each field of the first entry that gives it. An entry without an id that
 * can be used may be any tenant, so the list is not complete.
 */
export async function listTenants(
  client: Pick<SophosClient, 'get'>,
  apiUrl: string,
  identity: Identity,
): Promise<TenantList> {
  if (identity.idType === 'tenant') {
    return { tenants: [ownTenant(identity)], isComplete: true, pages: 1 }
  }
  const tenants = new Map<string, Entry>()
  const paging = followPages('tenant list')
  for (let page = 1; page <= maxPages; page++) {
    const { items, pages = {} } = await fetchPage(client, apiUrl, identity, page)
    const before = tenants.size
    for (const [index, item] of items.entries()) {
      const entry = readEntry(item, standInId(page, index + 1))
      tenants.set(entry.id, { ...entry, ...tenants.get(entry.id) })
    }
    const fresh = tenants.size - before
    if (paging.goesOnAfter({ number: page, entries: items.length, fresh, says: pages })) continue
    const entries = [...tenants.values()]
    return {
      tenants: entries.map(({ id, name = id, region, apiHost }) => ({ id, name, region, apiHost })),
      isComplete: paging.isComplete() && !entries.some(hasStandInId),
      pages: page,
    }
  }
  throw new UnexpectedAnswerError(`Sophos' tenant list does not end after ${maxPages} pages.`)
}

/** Source: official Postman collection, "Enumerate tenants" of the Partner and the Organization API; global host only. */
async function fetchPage(client: Pick<SophosClient, 'get'>, host: string, identity: Identity, page: number) {
  const isPartner = identity.idType === 'partner'
  const body = await client.get({
    host,
    path: isPartner ? '/partner/v1/tenants' : '/organization/v1/tenants',
    query: { page: String(page), pageSize: String(pageSize), pageTotal: 'true' },
    headers: { [isPartner ? 'x-partner-id' : 'x-organization-id']: identity.id },
  })
  return parseBody(pageSchema, body, 'tenant list')
}

/** What one entry of the list says. A field that it does not give is not there. */
type Entry = { readonly id: string; name?: string; region?: string; apiHost?: string }

/** An entry that is not as documented is still a tenant: it gets a row, with a stand-in id if its own cannot be used. */
function readEntry(item: unknown, otherwise: string): Entry {
  const parsed = v.safeParse(tenantSchema, item)
  const given: v.InferOutput<typeof tenantSchema> = parsed.success ? parsed.output : {}
  const name = plainText(given.showAs ?? '', longestName) || plainText(given.name ?? '', longestName)
  const region = plainText(given.dataRegion ?? '', longestRegion)
  const apiHost = given.apiHost?.trim()
  return {
    id: given.id !== undefined && isUsableId(given.id) ? given.id : otherwise,
    ...(name && { name }),
    ...(region && { region }),
    ...(apiHost && { apiHost }),
  }
}

/** In UTF-16 units. Sophos documents no limit. */
export const longestName = 200
const longestRegion = 40

/** Sophos gives a tenant's own credential no name. */
function ownTenant({ id, apiHosts }: Identity): ListedTenant {
  const apiHost = apiHosts.dataRegion?.trim() || undefined
  return { id, name: id, region: /^https?:\/\/api-([a-z0-9]+)\./.exec(apiHost ?? '')?.[1], apiHost }
}
