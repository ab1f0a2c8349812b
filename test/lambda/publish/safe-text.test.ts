import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeText } from '../../../lambda/publish/safe-text.ts'
import { plainText } from '../../../lambda/text/plain.ts'
import { unguarded } from '../../../site/data/read-row.ts'
import { hostileName } from '../../spreadsheets/hostile.ts'

describe('text in a cell', () => {
  it.each([
    ['=HYPERLINK("http://evil.example")', `'=HYPERLINK("http://evil.example")`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1+1', "'＝1+1"],
    ['\t=1+1', "'=1+1"],
    ['\rx', "'x"],
    ['\tx', "'x"],
    ['\u0000=1', "'=1"],
    ['  =1', "'=1"],
    ["'=1", "''=1"],
    ['Acme;=1+1;x', "Acme;'=1+1;x"],
    ['Acme; =1+1', "Acme; '=1+1"],
    ['Acme,＋1|-1', "Acme,'＋1|'-1"],
    ['Acme "=1+1"', `Acme "'=1+1"`],
    ["Acme;'=1", "Acme;''=1"],
    ['Acme\u0000 \u001b[31mGmbH', 'Acme [31mGmbH'],
    ['two\r\nlines', 'two lines'],
    ['half \ud83d emoji', 'half \ufffd emoji'],
    ['Größe & Söhne, "Ltd"', 'Größe & Söhne, "Ltd"'],
    ['株式会社サンプル', '株式会社サンプル'],
    ["O'Brien = Partners - 24/7", "O'Brien = Partners - 24/7"],
    ["'Round the Clock", "'Round the Clock"],
    ['007', '007'],
    ['x'.repeat(501), `${'x'.repeat(500)}…`],
  ])('%j becomes %j', (given, written) => {
    expect(safeText(given)).toBe(written)
  })

  it('is shown by the page as it was, in plain', () => {
    const name = fc.oneof(hostileName, fc.string({ unit: fc.constantFrom(..."';,= -x"), maxLength: 8 }))
    fc.assert(
      fc.property(
        name.filter(text => !/^[\t\r]/.test(text)),
        text => {
          expect(unguarded(safeText(text))).toBe(plainText(text))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
