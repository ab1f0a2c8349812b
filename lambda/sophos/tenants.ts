import * as v from 'valibot'
import { count } from '../schemas.ts'
import { parseBody } from './answers.ts'
import type { SophosClient } from './client.ts'
import { UnexpectedAnswerError } from './errors.ts'
import type { Identity } from './identity.ts'

/** A tenant in Sophos' list. `apiHost` is not checked yet; it is missing while a tenant is not activated. */
export type ListedTenant = {
  readonly id: string
  readonly name: string
  readonly region: string | undefined
  readonly apiHost: string | undefined
}

/** `isComplete` only if Sophos' own numbers say so: then a tenant that is not in the list is gone. */
export type TenantList = { readonly tenants: readonly ListedTenant[]; readonly isComplete: boolean }

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
 * tenant itself. Throws if any page fails: half a list would be misleading.
 */
export async function listTenants(
  client: Pick<SophosClient, 'get'>,
  apiUrl: string,
  identity: Identity,
): Promise<TenantList> {
  if (identity.idType === 'tenant') return { tenants: [ownTenant(identity)], isComplete: true }
  const tenants = new Map<string, ListedTenant>()
  for (let page = 1; page <= maxPages; page++) {
    const { items, pages } = await fetchPage(client, apiUrl, identity, page)
    const before = tenants.size
    for (const [index, item] of items.entries()) {
      const tenant = readTenant(item, `unnamed-${page}-${index + 1}`)
      if (!tenants.has(tenant.id)) tenants.set(tenant.id, tenant)
    }
    if (items.length === 0 && page < (pages?.total ?? 0)) {
      throw new UnexpectedAnswerError(
        `Sophos' tenant list has a gap: page ${page} of ${pages?.total} is empty.`,
      )
    }
    if (isLast(page, items.length, pages)) {
      // If tenants are added or removed between two page requests, others can move to a page already read.
      const isComplete = tenants.size > 0 && pages?.items !== undefined && tenants.size >= pages.items
      return { tenants: [...tenants.values()], isComplete }
    }
    if (tenants.size === before) {
      throw new UnexpectedAnswerError(
        `Sophos' tenant list does not end: page ${page} has no new tenant, but more pages follow.`,
      )
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

/** Without a total, a page that is not full is the last one. A server may use smaller pages than requested. */
function isLast(page: number, items: number, pages: v.InferOutput<typeof pageSchema>['pages']): boolean {
  if (items === 0) return true
  if (pages?.total !== undefined) return page >= pages.total
  return items < Math.min(pageSize, pages?.size || pageSize)
}

/** An entry that is not as documented is still a tenant: it gets a row, with a stand-in id if it has none. */
function readTenant(item: unknown, standInId: string): ListedTenant {
  const parsed = v.safeParse(tenantSchema, item)
  const tenant: v.InferOutput<typeof tenantSchema> = parsed.success ? parsed.output : {}
  const id = tenant.id || standInId
  return {
    id,
    name: tenant.showAs?.trim() || tenant.name?.trim() || id,
    region: tenant.dataRegion || undefined,
    apiHost: tenant.apiHost?.trim() || undefined,
  }
}

/** Sophos gives a tenant's own credential no name. */
function ownTenant({ id, apiHosts }: Identity): ListedTenant {
  const apiHost = apiHosts.dataRegion?.trim() || undefined
  return { id, name: id, region: /^https?:\/\/api-([a-z0-9]+)\./.exec(apiHost ?? '')?.[1], apiHost }
}
