import { describe, expect, it } from 'vitest'
import { dayChart, dayChartInSteps } from '../../site/data/day-chart.ts'
import { hoursOf, makeTenant, withHours } from './tenant.ts'

const hour = 3_600_000
const ten = Date.UTC(2026, 10, 22, 10)

describe('the chart of the day', () => {
  it('adds up the same clock hours, whenever the rows were collected', () => {
    const chart = dayChart([
      withHours({ critical: hoursOf(0, 1) }, { collectedAt: ten + 59 * 60_000 }),
      withHours({ critical: hoursOf(0, 5), low: hoursOf(1) }, { collectedAt: ten - 1 }),
    ])
    expect(chart?.hours).toHaveLength(24)
    expect(chart?.hours[23]).toEqual({
      startsAt: ten,
      bySeverity: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
      unsorted: 0,
      total: 1,
      tenants: 1,
    })
    expect(chart?.hours[22]).toMatchObject({ startsAt: ten - hour, total: 6, tenants: 2 })
    expect(chart?.hours[0]).toMatchObject({ startsAt: ten - 23 * hour, total: 1, tenants: 2 })
    expect(chart).toMatchObject({ peak: 6, tenants: 2 })
  })

  it('does not treat the hours after an old row as hours without detections', () => {
    const chart = dayChart([
      withHours({ low: hoursOf(1) }, { collectedAt: ten }),
      withHours({ low: hoursOf(1) }, { collectedAt: ten - 30 * hour }),
    ])
    expect(chart?.hours.every(({ tenants }) => tenants === 1)).toBe(true)
    expect(chart?.tenants).toBe(2)
  })

  it('is the same whether built from scratch or from the previous one', () => {
    const steps = dayChartInSteps()
    const of = (count: number, collectedAt: number) =>
      withHours({ critical: hoursOf(count), low: hoursOf(count) }, { collectedAt })
    const [a, b, c] = [of(1, ten), of(2, ten - hour), makeTenant({ hourly: hoursOf(3), collectedAt: ten })]
    const lists = [[a, b], [b, a, c], [c], [], [a], [a, of(4, ten)], [a, of(5, ten + hour)], [b]]
    for (const list of lists) expect(steps(list)).toEqual(dayChart(list))
  })

  it('shows totals with unknown severities as such', () => {
    const chart = dayChart([makeTenant({ hourly: hoursOf(2), collectedAt: ten })])
    expect(chart?.hours[5]).toMatchObject({ unsorted: 2, total: 2 })
  })

  it('leaves moved tenants out, and is undefined without any hours', () => {
    const moved = withHours({ low: hoursOf(1) }, { collectedAt: ten, status: 'moved' })
    expect(
      dayChart([moved, makeTenant({ collectedAt: ten }), makeTenant({ hourly: hoursOf(1) })]),
    ).toBeUndefined()
    expect(dayChart([])).toBeUndefined()
  })
})
