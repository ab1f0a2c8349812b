import { describe, expect, it } from 'vitest'
import { parseDuration, parseRateWindows } from '../../../lambda/pacing/windows.ts'

describe('rate windows', () => {
  it.each([
    ['10/s', [[10, 1_000]]],
    [
      '10/s 100/m 1000/h 200000/d',
      [
        [10, 1_000],
        [100, 60_000],
        [1_000, 3_600_000],
        [200_000, 86_400_000],
      ],
    ],
    [
      '  5/250ms   7/2m ',
      [
        [5, 250],
        [7, 120_000],
      ],
    ],
  ])('reads "%s"', (text, expected) => {
    expect(parseRateWindows(text).map(({ limit, periodMs }) => [limit, periodMs])).toEqual(expected)
  })

  it.each([
    '',
    '  ',
    '10',
    '10/',
    '/s',
    '0/s',
    '-1/s',
    '1.5/s',
    '10/w',
    '10/s,100/m',
    '10/0s',
    '1/2d',
    '99999999999999999999/s',
  ])('refuses "%s" with the value and an example', text => {
    expect(() => parseRateWindows(text)).toThrow(/expected|longer than a day/)
    expect(() => parseRateWindows(text)).toThrow(text.trim().split(' ')[0] ?? '')
  })

  it.each([
    ['15m', 900_000],
    ['m', 60_000],
    ['90s', 90_000],
    ['250ms', 250],
    ['1d', 86_400_000],
  ])('reads the duration %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '15', '15 minutes', '-1m', '0m', '1.5h'])('refuses the duration "%s"', text => {
    expect(() => parseDuration(text)).toThrow(/is not a duration; expected/)
  })
})
