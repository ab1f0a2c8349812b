import { describe, expect, it } from 'vitest'
import type { ApiRequest, SophosClient } from '../../../lambda/sophos/client.ts'
import { UnexpectedAnswerError } from '../../../lambda/sophos/errors.ts'
import { whoAmI } from '../../../lambda/sophos/identity.ts'
import { listTenants } from '../../../lambda/sophos/tenants.ts'

const apiUrl = 'https://api.central.sophos.com'
const partner = { id: 'p-1', idType: 'partner', apiHosts: {} } as const

function clientThat(answer: (request: ApiRequest, n: number) => unknown) {
  const asked: ApiRequest[] = []
  const client: Pick<SophosClient, 'get'> = {
    get: async request => {
      asked.push(request)
      return answer(request, asked.length)
    },
  }
  return { client, asked }
}

const tenant = (n: number) => ({
  id: `tenant-${n}`,
  name: `name ${n}`,
  showAs: `Tenant ${n}`,
  dataRegion: 'eu01',
  apiHost: 'https://api-eu01.central.sophos.com',
})
const tenants = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => tenant(from + i))

/** A list of `count` tenants in pages of `size`, whatever size is requested; `pages` gives its page numbers. */
const listing = (count: number, size: number, pages: (page: number) => unknown) => (request: ApiRequest) => {
  const page = Number(request.query?.page)
  return { items: tenants((page - 1) * size, Math.min(count, page * size)), pages: pages(page) }
}

describe('the tenant list', () => {
  it.each([
    ['a total', 230, 100, () => ({ current: 1, size: 100, total: 3, items: 230, maxSize: 100 }), 3],
    ['a total, exactly full', 200, 100, () => ({ size: 100, total: 2 }), 2],
    ['no total', 230, 100, () => ({ current: 1, size: 100, maxSize: 100 }), 3],
    ['no total, exactly full', 200, 100, () => ({ size: 100 }), 3],
    ['no total, and as many items as it says', 230, 100, () => ({ items: 230 }), 3],
    ['no pages at all, which takes a page more', 230, 100, () => undefined, 4],
    ['smaller pages than asked for', 130, 50, () => ({ size: 50, maxSize: 50 }), 3],
    ['smaller pages, without a word on it', 130, 50, () => undefined, 4],
    ['smaller pages, and a total that ends too early', 130, 50, () => ({ total: 2, items: 130 }), 3],
    ['no tenant', 0, 100, () => ({ size: 100, total: 0 }), 1],
    ['a total that is no number', 230, 100, () => ({ size: 100, total: 'three' }), 3],
  ])('has every tenant with %s', async (_, count, size, pages, calls) => {
    const { client, asked } = clientThat(listing(count, size, pages))
    const { tenants: listed } = await listTenants(client, apiUrl, partner)
    expect(listed.map(({ id }) => id)).toEqual(tenants(0, count).map(({ id }) => id))
    expect(asked).toHaveLength(calls)
  })

  it('is requested from the global host, with the header of the partner or the organization', async () => {
    for (const [idType, path, header] of [
      ['partner', '/partner/v1/tenants', 'x-partner-id'],
      ['organization', '/organization/v1/tenants', 'x-organization-id'],
    ] as const) {
      const { client, asked } = clientThat(listing(1, 100, () => ({ total: 1 })))
      await listTenants(client, apiUrl, { id: 'me', idType, apiHosts: {} })
      expect(asked).toEqual([
        {
          host: apiUrl,
          path,
          query: { page: '1', pageSize: '100', pageTotal: 'true' },
          headers: { [header]: 'me' },
        },
      ])
    }
  })

  it("has one tenant and costs no call with a tenant's own credential", async () => {
    const { client, asked } = clientThat(() => ({}))
    const own = {
      id: 't-1',
      idType: 'tenant',
      apiHosts: { dataRegion: 'https://api-eu02.central.sophos.com' },
    } as const
    await expect(listTenants(client, apiUrl, own)).resolves.toEqual({
      isComplete: true,
      pages: 1,
      tenants: [{ id: 't-1', name: 't-1', region: 'eu02', apiHost: 'https://api-eu02.central.sophos.com' }],
    })
    expect(asked).toEqual([])
  })

  it.each([
    ['Sophos says that these are all', [3, { total: 1, items: 3 }], true],
    ['Sophos says that there are more', [3, { total: 1, items: 4 }], false],
    ['Sophos does not say how many there are', [3, { total: 1 }], false],
    ['there are no numbers at all', [3, undefined], false],
    ['the list is empty, which may be a fault', [0, { total: 0, items: 0 }], false],
  ] as const)('is complete only if Sophos says so: %s', async (_, [count, pages], isComplete) => {
    const { client } = clientThat(() => ({ items: tenants(0, count), pages }))
    await expect(listTenants(client, apiUrl, partner)).resolves.toMatchObject({ isComplete })
  })

  it.each([
    [
      'items',
      [
        { items: 150, total: 2 },
        { items: 149, total: 2 },
      ],
    ],
    ['total', [{ total: 3 }, { total: 2 }]],
  ])('whose %s change between two pages has changed, and is not complete', async (_, says) => {
    const { client } = clientThat((_request, page) => ({
      items: page === 1 ? tenants(0, 100) : tenants(100, 149),
      pages: { size: 100, ...says[page - 1] },
    }))
    const list = await listTenants(client, apiUrl, partner)
    expect(list).toMatchObject({ isComplete: false, tenants: { length: 149 } })
  })

  it.each([
    ['counts it twice', 131],
    ['counts it once', 130],
  ])('that has a tenant twice is complete all the same, whether Sophos %s', async (_, items) => {
    const entries = [...tenants(0, 90), tenant(5), ...tenants(90, 130)]
    const { client } = clientThat((_request, page) => ({
      items: entries.slice((page - 1) * 100, page * 100),
      pages: { size: 100, total: 2, items },
    }))
    const list = await listTenants(client, apiUrl, partner)
    expect(list).toMatchObject({ isComplete: true, tenants: { length: 130 } })
  })

  it('has of a tenant that is in it twice whatever either entry gives', async () => {
    const { client } = clientThat(() => ({
      items: [
        { id: 't-1' },
        { id: 't-1', name: 'One', apiHost: '' },
        { ...tenant(1), id: 't-1', name: 'Two' },
      ],
      pages: { total: 1, items: 3 },
    }))
    const { tenants: listed } = await listTenants(client, apiUrl, partner)
    expect(listed).toEqual([
      { id: 't-1', name: 'One', region: 'eu01', apiHost: 'https://api-eu01.central.sophos.com' },
    ])
  })

  it('is not complete with an entry that may be any tenant', async () => {
    const { client } = clientThat(() => ({
      items: [...tenants(0, 3), { name: 'no id' }],
      pages: { total: 1, items: 4 },
    }))
    await expect(listTenants(client, apiUrl, partner)).resolves.toMatchObject({ isComplete: false })
  })

  it('ends where a server that gives no numbers repeats itself', async () => {
    const { client, asked } = clientThat(() => ({ items: tenants(0, 60) }))
    await expect(listTenants(client, apiUrl, partner)).resolves.toMatchObject({
      isComplete: false,
      tenants: { length: 60 },
    })
    expect(asked).toHaveLength(2)
  })

  it('with a gap in the middle is refused', async () => {
    const { client } = clientThat((_, page) => ({
      items: page === 2 ? [] : tenants(0, 100),
      pages: { size: 100, total: 3 },
    }))
    await expect(listTenants(client, apiUrl, partner)).rejects.toThrow(/has a gap: page 2 of 3 is empty/)
  })

  it('has each tenant once, even if pages overlap', async () => {
    const { client } = clientThat((_, page) => ({
      items: page === 1 ? tenants(0, 100) : tenants(90, 120),
      pages: { total: 2 },
    }))
    await expect(listTenants(client, apiUrl, partner)).resolves.toHaveProperty('tenants.length', 120)
  })

  it('keeps a tenant whose entry is not as documented', async () => {
    const odd = [
      { id: 't-1', name: 'no host' },
      { id: 't-2', apiHost: null, name: 7, showAs: '  ' },
      { name: 'no id' },
      'not even an object',
    ]
    const { client } = clientThat(() => ({ items: odd, pages: { total: 1 } }))
    await expect(listTenants(client, apiUrl, partner)).resolves.toHaveProperty('tenants', [
      { id: 't-1', name: 'no host', region: undefined, apiHost: undefined },
      { id: 't-2', name: 't-2', region: undefined, apiHost: undefined },
      { id: 'unnamed-1-3', name: 'no id', region: undefined, apiHost: undefined },
      { id: 'unnamed-1-4', name: 'unnamed-1-4', region: undefined, apiHost: undefined },
    ])
  })

  it('prefers the name that Sophos shows', async () => {
    const { client } = clientThat(() => ({
      items: [{ id: 'a', name: 'legal', showAs: 'Shown' }],
      pages: { total: 1 },
    }))
    await expect(listTenants(client, apiUrl, partner)).resolves.toMatchObject({
      tenants: [{ name: 'Shown' }],
    })
  })

  it('that does not end is refused after the first page without a new tenant', async () => {
    const { client, asked } = clientThat(() => ({
      items: tenants(0, 100),
      pages: { size: 100, total: 9_999 },
    }))
    await expect(listTenants(client, apiUrl, partner)).rejects.toThrow(/does not end: page 2/)
    expect(asked).toHaveLength(2)
  })

  it('is refused if an answer has no items', async () => {
    const { client } = clientThat(() => ({ pages: {} }))
    await expect(listTenants(client, apiUrl, partner)).rejects.toThrow(UnexpectedAnswerError)
  })
})

describe('whoami', () => {
  it.each([
    ['without an id', { idType: 'partner', apiHosts: {} }, /id/],
    ['of an unknown type', { id: 'x', idType: 'reseller', apiHosts: {} }, /idType/],
    ['that is a text', 'hello', /the whole answer/],
    ...['p\r\nX-Tenant-ID: other', 'p 1', 'pä', '../p', 'p'.repeat(129)].map(
      (id): [string, unknown, RegExp] => [
        `with the id ${JSON.stringify(id.slice(0, 20))}`,
        { id, idType: 'partner', apiHosts: {} },
        /^Sophos' whoami answer is not as documented: id should be 1 to 128 letters, [^\r\n]*\.$/,
      ],
    ),
  ])('%s is refused, and the error names the fault', async (_, body, message) => {
    const { client } = clientThat(() => body)
    await expect(whoAmI(client, apiUrl)).rejects.toThrow(message)
  })

  it('is requested with the token only', async () => {
    const { client, asked } = clientThat(() => ({ ...partner, unknownField: 1 }))
    await expect(whoAmI(client, apiUrl)).resolves.toMatchObject({ id: 'p-1', idType: 'partner' })
    expect(asked).toEqual([{ host: apiUrl, path: '/whoami/v1' }])
  })
})
