import { describe, expect, it } from 'vitest'
import { addUp } from '../../site/data/totals.ts'
import {
  formatAge,
  formatCount,
  formatDuration,
  formatShortTime,
  formatTime,
} from '../../site/text/format.ts'
import { pageTitle } from '../../site/text/page-title.ts'
import { statusWord } from '../../site/text/status-word.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const now = new Date(2026, 10, 22, 14, 5, 12).getTime()

describe('formatDuration', () => {
  it.each([
    [-5 * second, '0 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [hour - 1, '59 min'],
    [hour, '1 h'],
    [3 * hour + 5 * minute, '3 h 5 min'],
    [24 * hour, '1 d'],
    [52 * hour + 59 * minute, '2 d 4 h'],
  ])('%d ms: %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('formatAge', () => {
  it('does not call a time ahead of the clock an age', () => {
    expect(formatAge(now, now + 2 * minute)).toBe('2 min ago')
    expect(formatAge(now + 3 * hour, now)).toBe('3 h ahead')
  })
})

describe('formatTime', () => {
  it('tells the day only where it is not today', () => {
    expect(formatTime(now, now)).toBe('14:05:12')
    expect(formatShortTime(now, now + 24 * hour)).toBe('Sun 22 Nov, 14:05')
    expect(formatShortTime(now, now + 7 * 24 * hour)).toBe('Sun 22 Nov, 14:05')
    expect(formatTime(now, now + 400 * 24 * hour)).toBe('22 Nov 2026, 14:05:12')
  })
})

describe('the other texts', () => {
  it('groups the digits of a count', () => {
    expect(formatCount(1234567)).toBe('1,234,567')
  })

  it('shows a status that the page does not know as the file has it', () => {
    expect(statusWord('forbidden')).toBe('No access')
    expect(statusWord('paused')).toBe('paused')
    expect(statusWord('constructor')).toBe('constructor')
  })

  it('puts the critical count first in the title, and no count where none is known', () => {
    const totals = addUp([])
    const some = {
      ...totals,
      bySeverity: { ...totals.bySeverity, critical: { known: 3, unknownTenants: 1 } },
    }
    expect(pageTitle(some, false)).toBe('3 critical · Sophos Detections')
    expect(pageTitle(some, true)).toBe('3 critical (out of date) · Sophos Detections')
    expect(pageTitle(totals, false)).toBe('Sophos Detections')
    expect(pageTitle(undefined, false)).toBe('Sophos Detections')
  })
})
