import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupTotals } from '../../../site/triage/groups.ts'
import { parseSettings } from '../../../site/triage/parse-settings.ts'
import { groupsOf, mutesAt, noSettings } from '../../../site/triage/settings.ts'
import { makeTenant, quiet } from '../tenant.ts'

const parse = (json: object) => parseSettings(JSON.stringify({ schemaVersion: 1, ...json })) ?? noSettings
const bakery = makeTenant({ id: 't1', name: 'Bakery', region: 'eu01' })
const foundry = makeTenant({ id: 't2', name: 'Foundry' })

describe('settings.json', () => {
  it('may be empty', () => {
    expect(parse({})).toEqual(noSettings)
  })

  it.each(['', '[]', '{', '<html>', 'null'])('is undefined if it is not a JSON object: %j', text => {
    expect(parseSettings(text)).toBeUndefined()
  })

  it('is read as far as possible, with its mistakes named', () => {
    const { problems, ...settings } = parse({
      schemaVersion: 2,
      timeZone: 'Mars/Olympus',
      tenantLink: 'javascript:alert("{id}")',
      groups: [{ tenants: ['t1'] }, { name: 'Retail', tenants: ['t1', 5] }, 7],
      muted: [{ tenant: 't1' }, { until: '2027-01-31' }, { tenant: 't1', until: '2027-02-30' }],
    })
    expect(settings).toMatchObject({ timeZone: undefined, tenantLink: undefined, groups: ['Retail'] })
    expect(settings.muted.size).toBe(0)
    expect(problems).toHaveLength(7)
    for (const problem of problems) expect(problem).toMatch(/^\S.*\.$/)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (one, other) => {
        const text = `{"schemaVersion":1,"timeZone":${one},"tenantLink":${other},"groups":[${one},{"name":${one},"tenants":${other}}],"muted":[${other},{"tenant":${one},"until":${other}}]}`
        const settings = parseSettings(text)
        if (!settings) throw new Error('It is a JSON object.')
        mutesAt(settings, 0)(bakery)
        groupsOf(settings, bakery)
      }),
    )
  })
})

describe('groups', () => {
  const settings = parse({
    groups: [
      { name: 'Retail', tenants: ['t1', 'Foundry'] },
      { name: 'North', tenants: ['Bakery'] },
      { name: 'Empty', tenants: [] },
    ],
  })

  it('name their tenants by ID or by name', () => {
    expect(groupsOf(settings, bakery)).toEqual(['Retail', 'North'])
    expect(groupsOf(settings, foundry)).toEqual(['Retail'])
    expect(groupsOf(settings, makeTenant({ id: 't3', name: 'bakery' }))).toEqual([])
  })

  it('have subtotals, with muted tenants, moved tenants and those without counts counted apart', () => {
    const tenants = [
      { ...bakery, counts: { ...quiet, high: 2 }, total: 2 },
      { ...foundry, total: undefined },
      makeTenant({ id: 't4', name: 'Foundry', total: 9 }),
      makeTenant({ id: 't5', name: 'Foundry', status: 'moved', total: 5 }),
      makeTenant({ id: 't3', name: 'Alone', total: 4 }),
    ]
    const totals = groupTotals(tenants, settings, ({ id }) => id === 't4')
    expect(totals.map(group => group.name)).toEqual(['Retail', 'North', 'Empty', undefined])
    expect(totals[0]?.totals).toMatchObject({
      tenants: 3,
      muted: 1,
      moved: 1,
      total: { known: 2, unknownTenants: 1 },
    })
    expect(totals[2]?.totals.total.known).toBeUndefined()
    expect(totals[3]?.totals.total.known).toBe(4)
  })

  it('are absent if the settings have none', () => {
    expect(groupTotals([bakery], noSettings, () => false)).toEqual([])
  })
})

describe('muted tenants', () => {
  const muted = [{ tenant: 't1', until: '2027-01-31', why: 'penetration test' }]

  it.each([
    [undefined, '2027-01-31T23:59:59Z', true],
    [undefined, '2027-02-01T00:00:00Z', false],
    ['Europe/Berlin', '2027-01-31T22:59:59Z', true],
    ['Europe/Berlin', '2027-01-31T23:00:00Z', false],
    ['America/New_York', '2027-02-01T04:59:59Z', true],
    ['Pacific/Kiritimati', '2027-01-31T10:00:00Z', false],
  ])('are muted through the end of the day in %s: at %s %s', (timeZone, now, expected) => {
    expect(mutesAt(parse({ timeZone, muted }), Date.parse(now))(bakery) !== undefined).toBe(expected)
  })

  it('show until when and why, and match by name too', () => {
    const settings = parse({ muted: [...muted, { tenant: 'Foundry', until: '2027-03-01' }] })
    const mutes = mutesAt(settings, Date.UTC(2027, 0, 1))
    expect(mutes(bakery)).toEqual({ until: '2027-01-31', why: 'penetration test' })
    expect(mutes(foundry)).toEqual({ until: '2027-03-01', why: undefined })
    expect(mutes(makeTenant({ id: 't9' }))).toBeUndefined()
  })

  it('are muted for the longer time if they are named twice', () => {
    const settings = parse({ muted: [...muted, { tenant: 't1', until: '2026-12-01' }] })
    expect(mutesAt(settings, Date.UTC(2027, 0, 15))(bakery) !== undefined).toBe(true)
  })
})

describe('the link to a tenant', () => {
  const link = (tenantLink: string, tenant = bakery) => parse({ tenantLink }).tenantLink?.(tenant)

  it('contains the ID and the region, encoded', () => {
    expect(link('https://central.example/{region}/t?id={id}')).toBe('https://central.example/eu01/t?id=t1')
    expect(link('https://central.example/{id}', makeTenant({ id: 'a/../b?c#d' }))).toBe(
      'https://central.example/a%2F..%2Fb%3Fc%23d',
    )
  })

  it.each([
    'javascript:alert("{id}")',
    'http://central.example/{id}',
    '/tenants/{id}',
    'https://user:pass@host/{id}',
    'https://',
    'data:text/html,{id}',
    'https://central.example/',
    'https://{id}/',
    'https://{id}.example/',
    'https://central-{region}.example/{id}',
    'https://central.example{id}',
    'https://central.example:{id}/',
    'https://{id}@central.example/',
    'https:{id}/x',
    'https:///{region}/{id}',
    'https://\t{id}/',
  ])('is undefined for the template %j, with the reason', tenantLink => {
    expect(parse({ tenantLink }).tenantLink).toBeUndefined()
    expect(parse({ tenantLink }).problems).toHaveLength(1)
  })

  it('is undefined for a tenant with a missing or malformed region', () => {
    for (const region of [undefined, 'evil.example/', 'a.b', '@evil', '..'])
      expect(link('https://central.example/{region}/{id}', makeTenant({ region }))).toBeUndefined()
  })

  it('is https to the host of the template, whatever the ID', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), id => {
        const address = link('https://central.example/x/{id}?r={region}', makeTenant({ id, region: 'eu01' }))
        expect(new URL(address ?? '').origin).toBe('https://central.example')
      }),
    )
  })

  it('leads to one host for all tenants, whatever the template and the data', () => {
    const part = fc.constantFrom(
      '{id}',
      '{region}',
      'a.b',
      '/',
      '\\',
      '@',
      ':',
      '?',
      '#',
      '//',
      '.',
      '\t',
      '%2f',
      '8',
    )
    const template = fc.array(part, { maxLength: 8 }).map(parts => `https:${parts.join('')}`)
    const id = fc.oneof(fc.constantFrom('evil.example', '..', '@evil', '1'), fc.string({ minLength: 1 }))
    const hosts = (tenantLink: string, ids: readonly string[]) =>
      ids.flatMap(one => {
        const address = link(tenantLink, makeTenant({ id: one, region: one }))
        return address === undefined ? [] : new URL(address).host
      })
    fc.assert(
      fc.property(template, fc.array(id, { minLength: 2 }), (tenantLink, ids) => {
        expect(new Set(hosts(tenantLink, ids)).size).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1_000 },
    )
  })
})
