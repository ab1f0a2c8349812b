import * as v from 'valibot'
import { count } from '../schemas.ts'
import { parseBody } from './answers.ts'
import type { SophosClient } from './client.ts'
import { UnexpectedAnswerError } from './errors.ts'
import type { Identity } from './identity.ts'

/** A tenant as Sophos lists it. `apiHost` is as Sophos names it, unchecked; missing while a tenant is not activated. */
export type ListedTenant = {
  readonly id: string
  readonly name: string
  readonly region: string | undefined
  readonly apiHost: string | undefined
}

/** `isComplete` only where Sophos' own numbers say so: then a tenant that is not in the list is gone. */
export type TenantList = { readonly tenants: readonly ListedTenant[]; readonly isComplete: boolean }

/** The most that the API gives on one page (`pages.maxSize` of a partner's listing). */
const pageSize = 100
/** The calls that a list of so many tenants takes: whoami, and a call for each page. */
export const callsToList = (tenants: number): number => 1 + Math.ceil(tenants / pageSize)

/** A thousand pages are 100,000 tenants; a listing that goes on after that does not end. */
const maxPages = 1_000

const text = v.fallback(v.optional(v.string()), undefined)
const maybeCount = v.fallback(v.optional(count), undefined)

const pageSchema = v.object({
  items: v.array(v.unknown()),
  // `total` is the number of pages; it comes only with pageTotal=true, and not even then on some hosts.
  pages: v.fallback(
    v.optional(v.object({ size: maybeCount, total: maybeCount, items: maybeCount })),
    undefined,
  ),
})

const tenantSchema = v.object({ id: text, name: text, showAs: text, dataRegion: text, apiHost: text })

/**
 * All tenants that the credential sees, each once, in the order of the listing: every page for a partner or an
 * organization, the tenant itself for a tenant's own credential. Throws where a page cannot be had: half a list is none.
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
        `Sophos' tenant list has a hole: page ${page} of ${pages?.total} is empty.`,
      )
    }
    if (isLast(page, items.length, pages)) {
      // Tenants that are added or removed between two pages make others slip from one to the next, unseen.
      const isComplete = tenants.size > 0 && pages?.items !== undefined && tenants.size >= pages.items
      return { tenants: [...tenants.values()], isComplete }
    }
    if (tenants.size === before) {
      throw new UnexpectedAnswerError(
        `Sophos' tenant list does not end: page ${page} holds no new tenant, and more pages are said to follow.`,
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

/** Without a total, a page that is not full is the last one; a server may fill its pages with fewer than were asked for. */
function isLast(page: number, items: number, pages: v.InferOutput<typeof pageSchema>['pages']): boolean {
  if (items === 0) return true
  if (pages?.total !== undefined) return page >= pages.total
  return items < Math.min(pageSize, pages?.size || pageSize)
}

/** An entry that is not as documented is still a tenant: it gets a row, under a stand-in id if it has none. */
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

/** A tenant's own credential is told no name. */
function ownTenant({ id, apiHosts }: Identity): ListedTenant {
  const apiHost = apiHosts.dataRegion?.trim() || undefined
  return { id, name: id, region: /^https?:\/\/api-([a-z0-9]+)\./.exec(apiHost ?? '')?.[1], apiHost }
}
