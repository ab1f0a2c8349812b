import { read } from '@e965/xlsx'
import { describe, expect, it } from 'vitest'
import { languages } from '../../../site/text/language.ts'
import { isConverted, monthNames } from '../../../site/triage/converted.ts'

const months = monthNames(languages)
const converted = (text: string) => isConverted(text, months)

/** What LibreOffice 7.4 converts in at least one of the page's languages, and what Excel is known to. */
const names = [
  ...[
    '007',
    '1e5',
    '1E+5',
    '00123456789012345',
    '0',
    '1,234',
    '1.234,56',
    '1 000',
    '.5',
    ',5',
    '5.',
    '5-',
    '(5)',
  ],
  ...['5%', '5 %', '$5', '5 €', '1/2', '1 1/2', '１２３', '٣٤'],
  ...['2026-01-02', '24/7', '1-2', '1.2.', '1.2.2026', '02.03', '2026-01-02T03:04:05Z'],
  ...['10:30', '1:2', '10:30:05.5', '10 AM', '7 a'],
  ...[
    'MAR10',
    'DEC2',
    'SEPT2',
    'OCT-4',
    'May 5',
    '2 May',
    'March 2026',
    '5. Mai 2026',
    '1. März',
    'mars 2',
    'ene 1',
  ],
  ...['1月2日', '2026年1月2日', 'R8.1.2', '令和8年1月2日'],
  ...['TRUE', 'false', 'WAHR', 'Vrai', '#N/A', '#DIV/0!'],
]

describe('a name that a spreadsheet would convert', () => {
  it.each(names)('is found: %s', name => {
    expect(converted(name)).toBe(true)
  })

  it("is text with ' before it, also to SheetJS, which takes many of them for numbers and dates", () => {
    const typesOf = (all: readonly string[]) => {
      const { Sheets } = read(Buffer.from(all.map(name => `"x","${name}"`).join('\r\n')), {
        type: 'buffer',
        FS: ',',
      })
      return all.map((_, i) => Object.values(Sheets)[0]?.[`B${i + 1}`]?.t)
    }
    expect(typesOf(names).filter(type => type !== 's').length).toBeGreaterThan(15)
    expect(new Set(typesOf(names.map(name => `'${name}`)))).toEqual(new Set(['s']))
  })

  it.each([
    ...['Acme', 'Acme 7', '3M', '1&1', '7-Eleven', '4 Seasons', 'Tenant 2026', 'Q1 2026', "O'Brien 24/7"],
    ...[
      'May',
      'March & Sons 2',
      'Marco 5',
      'True North',
      '#1 Plumbing',
      '株式会社7',
      'E5',
      'S3',
      'R2-D2',
      '',
      '-',
      '00000003-0000-4000-8000-000000023757',
      '1e5f0000-0000-4000-8000-000000023757',
      "'007",
    ],
  ])('is no name like %j', name => {
    expect(converted(name)).toBe(false)
  })

  it("is found by the names of months in the reader's own language, if it is one", () => {
    const own = monthNames(['de-AT', 'en-US@posix', 'C', '', 'zh-Hant-TW', 'x'])
    expect(isConverted('Jänner 5', own)).toBe(true)
    expect(converted('Jänner 5')).toBe(false)
  })
})
