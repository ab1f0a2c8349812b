import { describe, expect, it } from 'vitest'
import { ageOf, freshness, isAged } from '../../site/data/freshness.ts'
import { barsPath } from '../../site/data/sparkline.ts'
import { needsAttention } from '../../site/data/tenant.ts'
import { addUp } from '../../site/data/totals.ts'
import { makeTenant, nothing, quiet } from './tenant.ts'

const min = 60_000
const tenant = makeTenant

describe('addUp', () => {
  it('leaves an unknown count out and counts it as left out', () => {
    const totals = addUp([
      tenant({ counts: { ...quiet, critical: 2 }, total: 5 }),
      tenant({ counts: nothing, total: 7 }),
      tenant({ counts: nothing, total: undefined, status: 'forbidden' }),
    ])
    expect(totals.bySeverity.critical).toEqual({ known: 2, unknownTenants: 2 })
    expect(totals.total).toEqual({ known: 12, unknownTenants: 1 })
    expect(totals.needAttention).toBe(1)
  })

  it('does not know a total if it knows none of its parts', () => {
    expect(addUp([tenant({ counts: nothing, total: undefined })]).total.known).toBeUndefined()
  })

  it('adds up new detections, and says since when and for how many tenants they are unknown', () => {
    const news = (critical: number, since: number) => ({
      bySeverity: { ...quiet, critical },
      total: critical,
      since,
    })
    const totals = addUp([tenant({ news: news(2, 50) }), tenant({ news: news(3, 40) }), tenant()])
    expect(totals.news.bySeverity.critical).toEqual({ known: 5, unknownTenants: 1 })
    expect(totals.news.total.known).toBe(5)
    expect(totals.news.since).toBe(40)
    expect(addUp([tenant()]).news).toMatchObject({ total: { known: undefined }, since: undefined })
  })

  it('counts muted tenants only in their own count', () => {
    const muted = tenant({ counts: { ...quiet, high: 9 }, total: 9, status: 'failed' })
    const totals = addUp([muted, tenant({ total: 1 })], one => one === muted)
    expect(totals).toMatchObject({
      tenants: 1,
      muted: 1,
      needAttention: 0,
      total: { known: 1, unknownTenants: 0 },
    })
    expect(totals.bySeverity.high.known).toBe(0)
  })

  it('leaves out the counts of moved tenants and counts these tenants apart', () => {
    const totals = addUp([tenant({ status: 'moved', total: 9 }), tenant({ total: 1 })])
    expect(totals).toMatchObject({
      tenants: 2,
      moved: 1,
      needAttention: 1,
      total: { known: 1, unknownTenants: 0 },
    })
  })
})

describe('needsAttention', () => {
  it.each([
    ['ok', false],
    ['pending', false],
    ['forbidden', true],
    ['failed', true],
    ['a status of the future', true],
  ])('status %s: %s', (status, expected) => {
    expect(needsAttention(tenant({ status }))).toBe(expected)
  })

  it('uses the counts if the file has no status', () => {
    expect(needsAttention(tenant({ status: undefined, total: 0 }))).toBe(false)
    expect(needsAttention(tenant({ status: undefined, total: undefined }))).toBe(true)
  })
})

describe('freshness', () => {
  it.each([
    [0, 'fresh'],
    [30 * min - 1, 'fresh'],
    [30 * min, 'late'],
    [60 * min - 1, 'late'],
    [60 * min, 'outdated'],
    [-min, 'fresh'],
    [-min - 1, 'ahead'],
  ])('data %d ms old with a schedule of 15 min is %s', (age, expected) => {
    expect(freshness(1e12, 1e12 + age, 15 * min)).toBe(expected)
  })

  it('follows the schedule', () => {
    expect(freshness(0, 4 * min, min)).toBe('outdated')
    expect(freshness(0, 4 * min, 60 * min)).toBe('fresh')
  })
})

describe('ageOf', () => {
  it('finds the newest and the oldest data among rows with a time', () => {
    const tenants = [
      tenant({ collectedAt: 5 }),
      tenant({}),
      tenant({ collectedAt: 2 }),
      tenant({ collectedAt: 9 }),
    ]
    expect(ageOf(tenants, 99)).toEqual({ newest: 9, oldest: 2, basis: 'collected' })
  })

  it('uses the time of the file if no row has one, and says so', () => {
    expect(ageOf([tenant({})], 99)).toEqual({ newest: 99, oldest: 99, basis: 'written' })
    expect(ageOf([tenant({})], undefined)).toBeUndefined()
  })

  it('calls a row aged only after more than one refresh', () => {
    expect(isAged(0, 15 * min, 15 * min)).toBe(false)
    expect(isAged(0, 15 * min + 1, 15 * min)).toBe(true)
    expect(isAged(undefined, 15 * min, 15 * min)).toBe(false)
  })
})

describe('barsPath', () => {
  it('draws one bar for every hour with detections, and a gap for the others', () => {
    expect(barsPath([0, 5, 10])).toBe('M4 20v-10h3v10zM8 20v-20h3v20z')
  })

  it('keeps a single detection visible, but not like a storm', () => {
    expect(barsPath([1])).toBe('M0 20v-4h3v4z')
    expect(barsPath([1, 1000])).toContain('M0 20v-2h')
  })

  it('draws only the newest hour, at its own place', () => {
    expect(barsPath([9, 9, 9], 2)).toBe('M8 20v-20h3v20z')
  })
})
