import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SophosClient } from '../../../lambda/sophos/client.ts'
import { RefusedError } from '../../../lambda/sophos/errors.ts'
import { mergeList } from '../../../lambda/tenants/merge.ts'
import type { Tenant } from '../../../lambda/tenants/tenant.ts'
import { fetchTenantList } from '../../../lambda/tenants/tenant-list.ts'

/** An estate of tenants "0" to "11", of which some are there at a time, in any order. */
const ids = Array.from({ length: 12 }, (_, n) => String(n))

/** What a page says about the whole. */
const numbers = fc.constantFrom('all', 'no total', 'no items', 'size', 'nothing')

/** What happens to the estate right before a page is sent. */
const change = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'nothing' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('leaves', 'joins first', 'joins last'),
      id: fc.constantFrom(...ids),
    }),
  },
  // Both at once, so that no number changes.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('swaps' as const),
      id: fc.constantFrom(...ids),
      other: fc.constantFrom(...ids),
    }),
  },
)

/** How one listing goes. */
const listing = fc.record({
  changes: fc.array(change, { maxLength: 8 }),
  pageSize: fc.integer({ min: 2, max: 5 }),
  numbers,
  /** Is in the list twice, the first time without anything but its id. */
  duplicate: fc.option(fc.constantFrom(...ids), { nil: undefined }),
  /** Of this entry nothing can be read but the id, or not even that. */
  broken: fc.option(fc.record({ id: fc.constantFrom(...ids), hasId: fc.boolean() }), { nil: undefined }),
  /** This call of the listing fails. */
  failing: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
})

type Listing = typeof listing extends fc.Arbitrary<infer T> ? T : never

const host = 'https://api-eu01.central.sophos.com'
const entryOf = (id: string) => ({ id, name: `Tenant ${id}`, dataRegion: 'eu01', apiHost: host })

/** Sophos with this estate. Changes it as the listing says, and notes who was there all the time. */
function sophos(estate: string[], how: Listing) {
  const always = new Set(estate)
  let calls = 0
  const changes = [...how.changes]

  function apply(next: Listing['changes'][number] | undefined): void {
    if (!next || next.kind === 'nothing') return
    const remove = (id: string) => {
      if (estate.includes(id)) estate.splice(estate.indexOf(id), 1)
      always.delete(id)
    }
    const isIn = estate.includes(next.id)
    if (next.kind === 'leaves') remove(next.id)
    if (next.kind === 'joins first' && !isIn) estate.unshift(next.id)
    if (next.kind === 'joins last' && !isIn) estate.push(next.id)
    if (next.kind === 'swaps' && isIn && !estate.includes(next.other)) {
      remove(next.id)
      estate.push(next.other)
    }
  }

  function entries(): unknown[] {
    const { duplicate, broken } = how
    return estate.flatMap((id): unknown[] => {
      if (id === broken?.id) return [broken.hasId ? { id, name: 7, apiHost: {} } : { name: null }]
      return id === duplicate ? [{ id }, entryOf(id)] : [entryOf(id)]
    })
  }

  function page(number: number) {
    const all = entries()
    const size = how.pageSize
    const whole = { size, total: Math.ceil(all.length / size), items: all.length }
    const says = {
      all: whole,
      'no total': { size, items: all.length },
      'no items': { size, total: whole.total },
      size: { size },
      nothing: undefined,
    }[how.numbers]
    return { items: all.slice((number - 1) * size, number * size), ...(says && { pages: says }) }
  }

  const client: Pick<SophosClient, 'signIn' | 'get' | 'guardedBy'> = {
    async signIn() {},
    async get({ path, query }) {
      calls += 1
      if (calls === how.failing) throw new RefusedError(503, { text: 'An outage' })
      if (path === '/whoami/v1') return { id: 'me', idType: 'partner', apiHosts: {} }
      if (query?.page !== '1') apply(changes.shift())
      return page(Number(query?.page))
    },
    guardedBy: () => client as SophosClient,
  }
  return { client: client as SophosClient, always, calls: () => calls }
}

/** Lists as a run does. Returns what is known after it. */
async function list(known: Tenant[], client: SophosClient): Promise<Tenant[]> {
  const found = await fetchTenantList(client, 'https://api', {
    isDue: true,
    known: new Map(known.map(tenant => [tenant.id, tenant])),
  })
  return found === 'not due' || 'endedBy' in found ? known : mergeList(found, known, 1)
}

const clean: Listing = {
  changes: [],
  pageSize: 3,
  numbers: 'all',
  duplicate: undefined,
  broken: undefined,
  failing: undefined,
}

it('however tenants join and leave between pages, and whatever is wrong with these: no known tenant that is there all the time is lost, none loses its host, and a clean list puts all right', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...ids), { minLength: 2 }),
      fc.array(listing, { minLength: 1, maxLength: 5 }),
      async (first, listings) => {
        const estate = [...first]
        let known = await list([], sophos(estate, clean).client)
        expect(new Set(known.map(({ id }) => id))).toEqual(new Set(estate))
        for (const how of listings) {
          const server = sophos(estate, how)
          const before = known
          known = await list(known, server.client)
          const rows = new Map(known.map(tenant => [tenant.id, tenant]))
          expect(rows.size).toBe(known.length)
          for (const { id, apiHost } of before.filter(tenant => server.always.has(tenant.id))) {
            const { name, apiHost: hostNow } = rows.get(id) ?? {}
            // One that was never listed whole has nothing to lose.
            expect(apiHost === undefined || (name === `Tenant ${id}` && hostNow === host)).toBe(true)
            expect(name).toBeDefined()
          }
          // Two readings, and what proves the end of each.
          expect(server.calls()).toBeLessThanOrEqual(1 + 2 * (Math.ceil(14 / how.pageSize) + 2))
        }
        known = await list(known, sophos(estate, clean).client)
        expect(known.map(({ id }) => id)).toEqual(estate)
      },
    ),
    { numRuns: 1_000 },
  )
})

it('a tenant that is listed twice keeps nobody in the rows who left', async () => {
  const estate = [...ids]
  const how = { ...clean, duplicate: '5' }
  let known = await list([], sophos(estate, how).client)
  estate.splice(estate.indexOf('3'), 1)
  known = await list(known, sophos(estate, how).client)
  expect(known.map(({ id }) => id)).toEqual(estate)
})
