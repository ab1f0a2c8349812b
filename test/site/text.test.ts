import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { addUp } from '../../site/data/totals.ts'
import {
  formatAge,
  formatCount,
  formatDuration,
  formatExactDuration,
  formatShortTime,
  formatTime,
} from '../../site/text/format.ts'
import { languages } from '../../site/text/language.ts'
import { setFormats } from '../../site/text/locale.ts'
import { pageTitle } from '../../site/text/page-title.ts'
import { statusWord } from '../../site/text/status-word.ts'
import { loadTexts } from '../../site/text/texts.ts'
import { whyText } from '../../site/text/why.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const now = new Date(2026, 10, 22, 14, 5, 12).getTime()

afterEach(async () => {
  await loadTexts({ language: 'en', locale: 'en-GB' })
})

describe('formatDuration', () => {
  it.each([
    [-5 * second, '0 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [hour - 1, '59 min'],
    [hour, '1 h'],
    [3 * hour + 5 * minute, '3 h 5 min'],
    [day, '1 d'],
    [52 * hour + 59 * minute, '2 d 4 h'],
    [1_000 * day, '1,000 d'],
  ])('%d ms: %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it.each(languages)('is never negative, and never empty, in %s', async language => {
    await loadTexts({ language, locale: language })
    fc.assert(
      fc.property(fc.integer({ min: -10 * day, max: 10_000 * day }), ms => {
        for (const text of [formatDuration(ms), formatExactDuration(ms), formatAge(now - ms, now)]) {
          expect(text).toMatch(/\d/)
          expect(text).not.toMatch(/[-−]\s*\d/)
        }
      }),
    )
  })
})

describe('formatExactDuration', () => {
  it.each([
    [-1, '0 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [140 * second, '2 min 20 s'],
    [2 * minute, '2 min'],
    [hour + 40 * second, '1 h'],
  ])('%d ms: %s', (ms, text) => {
    expect(formatExactDuration(ms)).toBe(text)
  })
})

describe('formatAge', () => {
  it('does not treat a time in the future as an age', () => {
    expect(formatAge(now, now + 2 * minute)).toBe('2 min ago')
    expect(formatAge(now + 3 * hour, now)).toBe('3 h ahead')
  })

  it.each([
    ['de', 'vor 2 Tg. 4 h'],
    ['fr', 'il y a 2 j 4 h'],
    ['es', 'hace 2 d 4 h'],
    ['ja', '2 日 4 時間前'],
  ] as const)('in %s: %s', async (language, text) => {
    await loadTexts({ language, locale: language })
    expect(formatAge(now - 52 * hour, now)).toBe(text)
  })
})

describe('formatTime', () => {
  it('shows the day only if it is not today', () => {
    expect(formatTime(now, now)).toBe('14:05:12')
    expect(formatShortTime(now, now + 24 * hour)).toBe('Sun 22 Nov, 14:05')
    expect(formatShortTime(now, now + 7 * 24 * hour)).toBe('Sun 22 Nov, 14:05')
    expect(formatTime(now, now + 400 * 24 * hour)).toBe('22 Nov 2026, 14:05:12')
  })

  it('uses the time zone of the settings, also to decide which day is today', () => {
    const at = Date.UTC(2026, 10, 22, 14, 50)
    expect(setFormats('en-GB', 'Asia/Tokyo')).toBe(true)
    expect(formatShortTime(at, at)).toBe('23:50')
    expect(formatShortTime(at, at + 20 * minute)).toBe('Sun 22 Nov, 23:50')
  })

  it('uses the browser’s own zone if the named one does not exist, and says so', () => {
    expect(setFormats('en-GB', 'Mars/Olympus')).toBe(false)
    expect(formatTime(now, now)).toBe('14:05:12')
  })
})

describe('the other texts', () => {
  it('groups the digits of a count', () => {
    expect(formatCount(1234567)).toBe('1,234,567')
  })

  it('shows an unknown status as in the file', () => {
    expect(statusWord('forbidden')).toBe('No access')
    expect(statusWord(undefined)).toBe('Unknown')
    expect(statusWord('paused')).toBe('paused')
    expect(statusWord('constructor')).toBe('constructor')
  })

  it('says why a file did not arrive', () => {
    expect(whyText({ kind: 'status', code: 503 })).toBe('the server answered 503')
    expect(whyText({ kind: 'timeout', seconds: 20 })).toBe('the server did not answer within 20 seconds')
    expect(whyText({ kind: 'empty' })).toBe('the response is empty')
  })

  it('starts the title with the critical count, and has no count if none is known', () => {
    const totals = addUp([])
    const some = {
      ...totals,
      bySeverity: { ...totals.bySeverity, critical: { ...totals.bySeverity.critical, known: 3 } },
    }
    expect(pageTitle(some, false)).toBe('3 critical · Sophos Detections')
    expect(pageTitle(some, true)).toBe('3 critical (out of date) · Sophos Detections')
    expect(pageTitle(totals, false)).toBe('Sophos Detections')
    expect(pageTitle(undefined, false)).toBe('Sophos Detections')
  })
})
