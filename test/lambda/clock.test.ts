import { describe, expect, it, vi } from 'vitest'
import { startClock } from '../../lambda/clock.ts'

describe('the clock of a run', () => {
  it.each([-3_600_000, 3_600_000])(
    'goes on steadily where the wall clock is set by %i ms in the middle',
    jump => {
      vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.UTC(2026, 10, 22, 10) })
      try {
        const clock = startClock()
        const start = clock.now()
        expect(start).toBe(Date.UTC(2026, 10, 22, 10))
        vi.advanceTimersByTime(5_000)
        vi.setSystemTime(Date.now() + jump)
        vi.advanceTimersByTime(5_000)
        expect(clock.now() - start).toBe(10_000)
      } finally {
        vi.useRealTimers()
      }
    },
  )
})
