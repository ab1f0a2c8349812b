import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countDetections,
  detectionsBetween,
  hourMs,
  severities,
} from '../../../local/simulator/detections.ts'
import { makeWorld } from '../../../local/simulator/world.ts'

const monday = Date.UTC(2026, 5, 1)
const activity = { key: 77, perDay: 900, hasIncidents: true, utcOffset: 1 }
const moments = fc.integer({ min: monday, max: monday + 40 * hourMs })

describe('detections', () => {
  it('are always the same, however the time is divided', () => {
    fc.assert(
      fc.property(moments, moments, moments, (...times) => {
        const [from = 0, middle = 0, to = 0] = times.toSorted((one, other) => one - other)
        const parts = [
          ...detectionsBetween(activity, from, middle),
          ...detectionsBetween(activity, middle, to),
        ]
        const byTime = (list: typeof parts) =>
          list.toSorted((one, other) => one.time - other.time || one.key - other.key)
        expect(byTime(parts)).toEqual(byTime([...detectionsBetween(activity, from, to)]))
      }),
      { numRuns: 40 },
    )
  })

  it('are within the requested period', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 3 * hourMs }), (from, length) => {
        for (const { time } of detectionsBetween(activity, from, from + length)) {
          expect(time).toBeGreaterThanOrEqual(from)
          expect(time).toBeLessThan(from + length)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('are visible from the next millisecond on', () => {
    const hour = [...detectionsBetween(activity, monday, monday + hourMs)]
    const keysUntil = (time: number) => [...detectionsBetween(activity, monday, time)].map(({ key }) => key)
    expect(hour.length).toBeGreaterThan(5)
    for (const { time, key } of hour) {
      expect(keysUntil(time)).not.toContain(key)
      expect(keysUntil(time + 1)).toContain(key)
    }
  })

  it('have a level of their severity', () => {
    const allowed = { info: [0], low: [1, 2, 3], medium: [4, 5, 6], high: [7, 8], critical: [9, 10] }
    const detections = [...detectionsBetween(activity, monday, monday + 90 * 24 * hourMs)]
    expect(detections.filter(({ severity, level }) => !allowed[severity].includes(level))).toEqual([])
    expect(new Set(detections.map(({ level }) => level)).size).toBe(11)
  })

  it('are as many as set for the tenant, most of them in working hours', () => {
    const weeks = [...detectionsBetween(activity, monday, monday + 28 * 24 * hourMs)]
    expect(weeks.length / 28).toBeGreaterThan(700)
    expect(weeks.length / 28).toBeLessThan(1100)
    const atWork = weeks.filter(({ time }) => {
      const local = new Date(time + hourMs)
      return local.getUTCDay() % 6 !== 0 && local.getUTCHours() >= 8 && local.getUTCHours() < 18
    })
    expect(atWork.length / weeks.length).toBeGreaterThan(0.5)
  })
})

describe('a world', () => {
  const world = makeWorld(1, 2000)
  const day = world.tenants.map(({ id }) => world.counts(id, monday + 10 * hourMs, monday + 34 * hourMs))
  const shareOf = (holds: (counts: (typeof day)[number]) => boolean) => day.filter(holds).length / day.length

  it('has quiet and noisy tenants, and few with critical detections', () => {
    expect(shareOf(({ total }) => total === 0)).toBeGreaterThan(0.05)
    expect(shareOf(({ total }) => total > 100)).toBeGreaterThan(0.02)
    expect(shareOf(({ bySeverity }) => bySeverity.critical > 0)).toBeGreaterThan(0.005)
    expect(shareOf(({ bySeverity }) => bySeverity.critical > 0)).toBeLessThan(0.1)
  })

  it('counts each detection once by severity and once by type', () => {
    for (const { total, bySeverity, byType } of day) {
      expect(severities.reduce((sum, severity) => sum + bySeverity[severity], 0)).toBe(total)
      expect(byType.process + byType.threat + byType.vulnerability).toBe(total)
    }
  })

  it('counts what it lists', () => {
    const { id } = world.tenants[7] ?? { id: '' }
    expect(countDetections(world.detections(id, monday, monday + 99 * hourMs))).toEqual(
      world.counts(id, monday, monday + 99 * hourMs),
    )
  })

  it('has a few tenants without access, without apiHost, or without showAs', () => {
    const count = (holds: (tenant: (typeof world.tenants)[number]) => boolean) =>
      world.tenants.filter(holds).length
    expect(count(({ access }) => access === 'unlicensed')).toBeGreaterThan(10)
    expect(count(({ access }) => access === 'unmanaged')).toBeGreaterThan(5)
    expect(count(({ apiHost }) => apiHost === null)).toBeGreaterThan(5)
    expect(count(({ showAs }) => showAs === undefined)).toBeGreaterThan(50)
    expect(count(({ access, apiHost }) => access === 'ok' && apiHost === undefined)).toBeGreaterThan(1800)
  })

  it('has names in many scripts, with commas and quotes', () => {
    const names = world.tenants.map(({ name }) => name).join('\n')
    for (const letters of [/ü/, /\p{Script=Han}/u, /\p{Script=Arabic}/u, /,/, /"/])
      expect(names).toMatch(letters)
  })

  it('is the same for the same seed, and different for another', () => {
    expect(makeWorld(1, 2000).tenants).toEqual(world.tenants)
    expect(makeWorld(2, 1).tenants[0]?.id).not.toBe(world.tenants[0]?.id)
  })

  it('mixes given tenants with generated ones', () => {
    const mixed = makeWorld(1, [{ name: 'Acme', access: 'unlicensed' }, 3, { id: 'given', showAs: null }])
    expect(mixed.tenants).toHaveLength(5)
    expect(mixed.tenants[0]).toMatchObject({ name: 'Acme', showAs: expect.anything(), access: 'unlicensed' })
    expect(mixed.tenants[4]).toMatchObject({ id: 'given', showAs: undefined })
  })

  it('refuses two tenants of the same id', () => {
    expect(() => makeWorld(1, [{ id: 'twin' }, { id: 'twin' }])).toThrow('same id')
  })

  it('counts a day of 10,000 tenants without storing it', () => {
    const large = makeWorld(1, 10_000)
    const start = performance.now()
    for (const { id } of large.tenants) large.counts(id, monday, monday + 24 * hourMs)
    // Measured: 0.4 s. The wide limit only shows that counting does not go through stored detections.
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
