import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Candidate, chooseTenants } from '../../../lambda/doctor/sample.ts'

const candidate: fc.Arbitrary<Candidate> = fc.record({
  id: fc.uuid(),
  name: fc.string(),
  region: fc.constantFrom('eu01', 'us03', undefined),
  apiHost: fc.constantFrom('https://api-eu01.central.sophos.com', undefined),
  status: fc.constantFrom('ok', 'forbidden', 'failed'),
})
const tenants = fc.uniqueArray(candidate, { selector: ({ id }) => id, maxLength: 60 })
const each = fc.integer({ min: 1, max: 5 })
const stratum = ({ region, status }: Candidate) => `${region} ${status}`

it('takes the given number of tenants of each region and status, or all if there are fewer', () => {
  fc.assert(
    fc.property(tenants, each, (all, most) => {
      const chosen = chooseTenants(all, most, new Map()).filter(({ apiHost }) => apiHost)
      const sizes = Map.groupBy(chosen, stratum)
      const active = all.filter(({ apiHost }) => apiHost)
      for (const [of, members] of Map.groupBy(active, stratum)) {
        expect(sizes.get(of)).toHaveLength(Math.min(most, members.length))
      }
    }),
  )
})

it('takes the same tenants whatever the order of the list', () => {
  fc.assert(
    fc.property(tenants, each, (all, most) => {
      const ids = (list: readonly Candidate[]) =>
        chooseTenants(list, most, new Map())
          .map(({ id }) => id)
          .sort()
      expect(ids(all.toReversed())).toEqual(ids(all))
    }),
  )
})

it('takes all tenants that are not activated, and those with doubtful counts', () => {
  fc.assert(
    fc.property(tenants, each, (all, most) => {
      const doubtful = all.slice(0, 20)
      const chosen = new Set(chooseTenants(all, most, new Map(doubtful.map(({ id }) => [id, 'why']))))
      for (const tenant of all.filter(({ apiHost }) => !apiHost)) expect(chosen).toContain(tenant)
      for (const tenant of doubtful) expect(chosen).toContain(tenant)
    }),
  )
})

it('takes at most 80 tenants of an estate with many regions, and at least one of each region', () => {
  const many = Array.from({ length: 3_000 }, (_, n) => ({
    id: String(n).padStart(5, '0'),
    name: '',
    region: `r${n % 60}`,
    apiHost: 'https://x',
    status: 'ok',
  }))
  const chosen = chooseTenants(many, 50, new Map())
  expect(chosen).toHaveLength(80)
  expect(new Set(chosen.map(({ region }) => region)).size).toBe(60)
  expect(chooseTenants(many, 'all', new Map())).toEqual(many)
})
