import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tenant } from '../../../site/data/tenant.ts'
import { arrange } from '../../../site/triage/arrange.ts'
import { needsId } from '../../../site/triage/same-name.ts'
import type { Surroundings } from '../../../site/triage/surroundings.ts'
import { columns, readView } from '../../../site/triage/view.ts'
import { makeTenant, nothing, quiet } from '../tenant.ts'

const plain: Surroundings = {
  groupsOf: () => [],
  isMuted: () => false,
  unseenOf: () => undefined,
  locale: 'en',
}

function keys(tenants: readonly Tenant[], query: string, around: Partial<Surroundings> = {}): string {
  return arrange(tenants, readView(query), { ...plain, ...around })
    .tenants.map(tenant => tenant.key)
    .join(' ')
}

const count = (key: string, critical: number, part: Partial<Tenant> = {}) =>
  makeTenant({ key, counts: { ...quiet, critical }, total: critical, ...part })
const blind = (key: string, status: string) => makeTenant({ key, status, counts: nothing, total: undefined })

describe('the default order', () => {
  it('is the order of the file, as the same list', () => {
    const tenants = [count('a', 3), count('b', 0), count('c', 1)]
    expect(arrange(tenants, readView(''), plain).tenants).toBe(tenants)
  })

  it('puts moved and then failed tenants right after those known to have critical or high detections', () => {
    const tenants = [
      count('worst', 9),
      count('bad', 0, { counts: { ...quiet, high: 1 } }),
      count('calm', 0),
      count('moved', 0, { status: 'moved' }),
      count('stale', 0, { status: 'failed' }),
      blind('waiting', 'pending'),
      blind('locked', 'forbidden'),
      blind('gone', 'moved'),
    ]
    expect(keys(tenants, '')).toBe('worst bad moved gone locked calm stale waiting')
  })

  it('puts muted tenants last, and leaves them out on request', () => {
    const isMuted = (tenant: Tenant) => tenant.key === 'a'
    const tenants = [count('a', 9), count('b', 1)]
    expect(keys(tenants, '', { isMuted })).toBe('b a')
    expect(keys(tenants, 'muted=0', { isMuted })).toBe('b')
  })
})

describe('sorting', () => {
  it('sorts counts as numbers', () => {
    const tenants = [count('a', 9), count('b', 100), count('c', 20)]
    expect(keys(tenants, 'sort=critical')).toBe('a c b')
    expect(keys(tenants, 'sort=-critical')).toBe('b c a')
  })

  it('sorts names like speakers of the language do', () => {
    const tenants = ['Zoo', 'Ärzte', 'Apo 10', 'apo 9', 'Öl'].map(name => makeTenant({ key: name, name }))
    expect(keys(tenants, 'sort=name', { locale: 'de' })).toBe('apo 9 Apo 10 Ärzte Öl Zoo')
    expect(keys(tenants, 'sort=name', { locale: 'sv' })).toBe('apo 9 Apo 10 Zoo Ärzte Öl')
  })

  it('sorts by status with the worst at one end, and by age with the oldest there', () => {
    const tenants = ['ok', 'failed', 'strange', 'pending', 'constructor'].map((status, i) =>
      makeTenant({ key: status, status, collectedAt: i + 1 }),
    )
    expect(keys(tenants, 'sort=-status')).toBe('failed pending strange constructor ok')
    expect(keys(tenants, 'sort=-age')).toBe('ok failed strange pending constructor')
  })

  it('sorts by the first group, by new detections and by unseen ones', () => {
    const tenants = [makeTenant({ key: 'a' }), makeTenant({ key: 'b' })]
    expect(
      keys(tenants, 'sort=group', { groupsOf: ({ key }) => (key === 'a' ? ['South'] : ['North']) }),
    ).toBe('b a')
    const unseenOf = ({ key }: Tenant) => ({ bySeverity: quiet, total: key === 'a' ? 1 : 2 })
    expect(keys(tenants, 'sort=-unseen', { unseenOf })).toBe('b a')
    const news = (total: number) => ({ bySeverity: nothing, total, since: undefined })
    expect(
      keys([makeTenant({ key: 'a', news: news(3) }), makeTenant({ key: 'b', news: news(20) })], 'sort=-new'),
    ).toBe('b a')
  })

  const some = fc.option(fc.nat(3), { nil: undefined })
  const anyTenant = fc
    .record({
      critical: some,
      total: some,
      collectedAt: some,
      region: fc.constantFrom(undefined, 'eu', 'us'),
    })
    .map(({ critical, ...part }) => makeTenant({ ...part, counts: { ...quiet, critical } }))
  const anyTenants = fc
    .array(anyTenant, { maxLength: 12 })
    .map(list => list.map((tenant, i) => ({ ...tenant, key: String(i), id: String(i) })))

  it('loses and duplicates no row, whatever the column', () => {
    fc.assert(
      fc.property(anyTenants, fc.constantFrom(...columns), fc.boolean(), (tenants, column, descending) => {
        const { tenants: sorted } = arrange(
          tenants,
          readView(`sort=${descending ? '-' : ''}${column}`),
          plain,
        )
        expect(new Set(sorted)).toEqual(new Set(tenants))
        expect(sorted).toHaveLength(tenants.length)
      }),
    )
  })

  it('puts unknown values last in either direction, and leaves equal rows in their order', () => {
    fc.assert(
      fc.property(anyTenants, fc.boolean(), (tenants, descending) => {
        const first = arrange(tenants, readView(''), plain).tenants
        const sorted = arrange(tenants, readView(`sort=${descending ? '-' : ''}critical`), plain).tenants
        for (const [i, after] of sorted.slice(1).entries()) {
          const before = sorted[i] ?? after
          const [a, b] = [before.counts.critical, after.counts.critical]
          if (a === undefined) expect(b).toBeUndefined()
          else if (b !== undefined) expect(descending ? a - b : b - a).toBeGreaterThanOrEqual(0)
          if (a === b) expect(first.indexOf(before)).toBeLessThan(first.indexOf(after))
        }
      }),
    )
  })
})

describe('searching', () => {
  const tenants = [
    makeTenant({ key: '1', name: 'Café Zürich', region: 'eu01', reason: 'No licence.' }),
    makeTenant({ key: '2', name: 'Cafe Boston', region: 'us01', source: 'north' }),
    makeTenant({ key: '3', name: 'Straßenbau ＡＢＣ' }),
  ]
  it.each([
    ['cafe', '1 2'],
    ['CAFÉ eu01', '1'],
    ['north', '2'],
    ['licence', '1'],
    ['strassen', '3'],
    ['abc', '3'],
    ['retail', '3'],
    ['cafe moon', ''],
    ['  ', '1 2 3'],
    ['.*', ''],
  ])('finds by %j the tenants %j: every word counts, case and accents do not', (search, found) => {
    const groupsOf = ({ key }: Tenant) => (key === '3' ? ['Rétail'] : [])
    expect(keys(tenants, new URLSearchParams({ q: search }).toString(), { groupsOf })).toBe(found)
  })
})

describe('filtering', () => {
  it('shows rows that match one value of every list', () => {
    const tenants = [
      makeTenant({ key: 'a', status: 'ok', region: 'eu' }),
      makeTenant({ key: 'b', status: 'failed', region: 'eu' }),
      makeTenant({ key: 'c', status: 'failed', region: 'us', source: 'x' }),
      makeTenant({ key: 'd', status: undefined }),
    ]
    expect(keys(tenants, 'status=failed')).toBe('b c')
    expect(keys(tenants, 'status=failed&status=ok&region=eu')).toBe('a b')
    expect(keys(tenants, 'source=x')).toBe('c')
    expect(keys(tenants, 'group=G', { groupsOf: ({ key }) => (key === 'd' ? ['G', 'H'] : []) })).toBe('d')
  })

  it('does not show rows with unknown counts as matches, and says how many there are', () => {
    const tenants = [count('a', 1), count('b', 0), blind('c', 'forbidden')]
    const arranged = arrange(tenants, readView('severity=critical'), plain)
    expect(arranged.tenants.map(tenant => tenant.key)).toEqual(['a'])
    expect(arranged.unknown).toBe(1)
  })

  it('shows only rows with new detections of the chosen severities', () => {
    const news = (critical: number, low: number) => ({
      bySeverity: { ...quiet, critical, low },
      total: critical + low,
      since: 0,
    })
    const tenants = [
      count('a', 5, { news: news(0, 3) }),
      count('b', 5, { news: news(1, 0) }),
      count('c', 0, { news: news(0, 0) }),
      count('d', 5),
    ]
    expect(keys(tenants, 'new=1')).toBe('a b')
    expect(keys(tenants, 'new=1&severity=critical')).toBe('b')
    expect(arrange(tenants, readView('new=1'), plain).unknown).toBe(1)
    const unseenOf = ({ key }: Tenant) =>
      key === 'a' ? { bySeverity: { ...quiet, high: 1 }, total: 1 } : undefined
    expect(keys(tenants, 'unseen=1', { unseenOf })).toBe('a')
  })
})

describe('needsId', () => {
  it('marks tenants that a reader would mistake for one another', () => {
    const tenants = ['Bakery', 'bakery ', 'Foundry'].map((name, i) =>
      makeTenant({ key: String(i), name: name.trim() }),
    )
    expect(tenants.map(needsId(tenants))).toEqual([true, true, false])
  })
})
