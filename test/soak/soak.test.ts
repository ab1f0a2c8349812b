import { describe, expect, it } from 'vitest'
import { formatBreaches } from './report.ts'
import { soak } from './soak.ts'

describe('a day in all weathers', () => {
  it('keeps every promise after each run, over New Year', async () => {
    const figures = await soak({ seed: 1, days: 1, start: Date.UTC(2026, 11, 31, 9) })
    expect(formatBreaches(figures.breaches)).toEqual([])
    // It was a bad day, and there was something to promise.
    expect(figures.runs.ended).toBeGreaterThan(80)
    expect(figures.runs.killed).toBeGreaterThan(2)
    expect(figures.runs.threw).toBeGreaterThan(0)
    expect(figures.runs.refused).toBeGreaterThan(0)
    expect(figures.announced).toBeGreaterThan(30)
    expect(figures.historyRows).toBeGreaterThan(1_000)
  })
})
