import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepUnchanged } from '../../site/data/keep-unchanged.ts'
import { type ParsedDetections, parseDetections } from '../../site/data/parse-detections.ts'
import { makeRows, toFile, touchOnePercent } from '../bench/page-data.ts'

function parse(text: string, before?: ParsedDetections): ParsedDetections {
  const parsed = parseDetections(text, before?.lines)
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return parsed
}

const header = 'ID,Detections_Total,Name'

describe('reading an update', () => {
  it('reuses the tenant of every line that did not change, wherever it is now', () => {
    const before = parse(`${header}\r\na,1,A\r\nb,2,B\r\nc,3,C\r\n`)
    const after = parse(`${header}\r\nc,3,C\r\nb,9,B\r\na,1,A\r\n`, before)
    expect(after.tenants[0]).toBe(before.tenants[2])
    expect(after.tenants[1]).toMatchObject({ key: 'b', total: 9 })
    expect(after.tenants[2]).toBe(before.tenants[0])
  })

  it('reuses the line again after any number of updates', () => {
    const first = parse(`${header}\r\na,1,A\r\nb,2,B\r\n`)
    const third = parse(`${header}\r\na,1,A\r\nb,4,B\r\n`, parse(`${header}\r\na,1,A\r\nb,3,B\r\n`, first))
    expect(third.tenants[0]).toBe(first.tenants[0])
    expect(third.tenants[1]?.total).toBe(4)
  })

  it.each([
    ['a name with a line break in quotes', `${header}\r\na,1,"A\r\nb,2,B"\r\n`],
    ['a quote that opens in one line and closes in the next', `${header}\r\na,1,x"y\r\nb,2,"B\r\nc,3,C"\r\n`],
    ['other columns', 'ID,Name\r\na,A\r\n'],
    ['other line ends', `${header}\na,1,A\nb,2,B\n`],
    ['an ID that is there twice', `${header}\r\na,1,A\r\na,1,A\r\nb,2,B\r\n`],
    ['an empty line', `${header}\r\na,1,A\r\n\r\nb,2,B\r\n`],
    ['no end to the last line', `${header}\r\na,1,A\r\nb,2,B`],
    ['fewer rows', `${header}\r\nb,2,B\r\n`],
  ])('reads a file with %s as if it were the first', (_, text) => {
    const before = parse(`${header}\r\na,1,A\r\nb,2,B\r\n`)
    expect(parse(text, before).tenants).toEqual(parse(text).tenants)
  })

  it.each([
    ['a cell too few', `${header}\r\na,1,A\r\nb,2\r\n`],
    ['a quote that does not close', `${header}\r\na,1,A\r\nb,2,"B\r\n`],
    ['another header', `<html>\r\na,1,A\r\n`],
  ])('refuses a file with %s, like a first one', (_, text) => {
    const before = parse(`${header}\r\na,1,A\r\nb,2,B\r\n`)
    expect(parseDetections(text, before.lines)).toEqual(parseDetections(text))
    expect(parseDetections(text)).toHaveProperty('problem')
  })

  it('never reads anything different from a first reading', () => {
    const cell = fc.constantFrom(
      '',
      '1',
      'A',
      '"',
      '"A, B"',
      '"line\r\nbreak"',
      'x"y',
      '"x',
      'é',
      "'=1",
      '\n',
      ' ',
    )
    const row = fc.tuple(fc.constantFrom('a', 'b', 'c', '"a"', '"d,"', '"d,e"', ''), cell, cell)
    const file = fc
      .tuple(fc.array(row, { maxLength: 6 }), fc.constantFrom('\r\n', ''))
      .map(([rows, end]) => [header, ...rows.map(cells => cells.join(','))].join('\r\n') + end)
    fc.assert(
      fc.property(file, file, (first, second) => {
        const before = parseDetections(first)
        fc.pre('tenants' in before)
        const after = parseDetections(second, before.lines)
        const alone = parseDetections(second)
        if ('problem' in after || 'problem' in alone) expect(after).toEqual(alone)
        else expect(after.tenants).toEqual(alone.tenants)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps the same object for every tenant that did not change, in a file with all columns', () => {
    const rows = makeRows(500, Date.UTC(2026, 10, 22, 10))
    const before = parse(toFile(rows))
    const after = parse(toFile(touchOnePercent(rows)), before)
    const known = new Set(before.tenants)
    expect(after.tenants.filter(tenant => !known.has(tenant))).toHaveLength(5)
    expect(keepUnchanged(before.tenants, after.tenants)).toEqual(after.tenants)
  })
})

describe('the columns of this product', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => hour).join(' ')
  const names =
    'ID,Region,Source,Method,Migration,New_Critical,New_High,New_Medium,New_Low,New_Info,New_Total,New_Since'
  const hourly = 'Hourly_Critical,Hourly_High,Hourly_Medium,Hourly_Low,Hourly_Info'

  it('reads what is new, where the counts came from, and the hours by severity', () => {
    const [tenant] = parse(
      `${names},${hourly}\r\nt1,eu01,north,fusion,moved,1,2,3,4,5,15,2026-11-22T09:45:00.000Z,${`${hours},`.repeat(5).slice(0, -1)}\r\n`,
    ).tenants
    expect(tenant).toMatchObject({
      region: 'eu01',
      source: 'north',
      method: 'fusion',
      migration: 'moved',
      news: {
        bySeverity: { critical: 1, high: 2, medium: 3, low: 4, info: 5 },
        total: 15,
        since: Date.UTC(2026, 10, 22, 9, 45),
      },
    })
    expect(tenant?.hourlyBySeverity?.info).toEqual(hours.split(' ').map(Number))
  })

  it('has no hours by severity if one severity lacks them, and no news if all of it is empty', () => {
    const [tenant] = parse(
      `${names},${hourly}\r\nt1,,,,,,,,,,,,${hours},${hours},,${hours},${hours}\r\n`,
    ).tenants
    expect(tenant?.hourlyBySeverity).toBeUndefined()
    expect(tenant).toMatchObject({
      news: undefined,
      region: undefined,
      source: undefined,
      migration: undefined,
    })
  })

  it.each([
    '1 2 3',
    `${hours} 24`,
    `x${hours.slice(1)}`,
    `${hours.replace('5', '-5')}`,
    `${hours.replace(' ', '  ')}`,
  ])('treats the list %j as unknown', cell => {
    expect(parse(`ID,Hourly\r\na,${cell}\r\n`).tenants[0]?.hourly).toBeUndefined()
  })

  it('refuses a collector file that is cut off anywhere, whatever its last column is', () => {
    const file = toFile(makeRows(3, Date.UTC(2026, 10, 22, 10)))
    expect(parseDetections(file)).toHaveProperty('tenants')
    for (let end = file.indexOf('Status') + 6; end < file.length - 2; end++) {
      const cut = file.slice(0, end)
      // A cut between two lines leaves a valid file with fewer rows, which nothing in it shows.
      if (!/[\r\n]$/.test(cut))
        expect(parseDetections(cut), cut.slice(-30)).toEqual({ problem: { kind: 'damaged' } })
    }
  })

  it('accepts any ending of a file made elsewhere', () => {
    expect(parseDetections('ID,Detections_Total\r\na,7')).toHaveProperty('tenants')
  })
})
