import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { parseDetections } from '../../../site/data/parse-detections.ts'
import { toCsv } from '../../../site/triage/download.ts'
import { makeRows, toFile } from '../../bench/page-data.ts'
import { makeTenant, nothing } from '../tenant.ts'

const read = (text: string) => {
  const parsed = parseDetections(text)
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return parsed.tenants
}

describe('the download', () => {
  it('is the very file that the page read, where all of it is shown', () => {
    const file = toFile(makeRows(50, Date.UTC(2026, 10, 22, 10)))
    expect(toCsv(read(file))).toBe(file)
  })

  it('has the rows that are shown, in their order', () => {
    const rows = Papa.parse<string[]>(toCsv([makeTenant({ id: 'b' }), makeTenant({ id: 'a' })])).data
    expect(rows.map(row => row[0])).toEqual(['ID', 'b', 'a', ''])
  })

  it('leaves what is unknown empty, and never writes a zero for it', () => {
    const [, line] = toCsv([makeTenant({ id: 'a', name: 'A', counts: nothing, total: undefined })]).split(
      '\r\n',
    )
    expect(line).toBe(`a,,,,,,,A,ok,${','.repeat(18)}`)
  })

  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '=HYPERLINK("http://x","y"),z'])(
    'holds no cell that a spreadsheet would run: %j',
    name => {
      const cells =
        Papa.parse<string[]>(toCsv([makeTenant({ name, reason: name, region: name })])).data[1] ?? []
      for (const cell of cells) expect(cell).not.toMatch(/^[\s]*[=+\-@]/)
      expect(cells[7]).toMatch(/^'/)
    },
  )

  it('says the same when it is read again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.option(fc.nat(), { nil: undefined }), (name, total) => {
        const [first] = read(toCsv([makeTenant({ id: 'a', name, total })]))
        const [second] = read(toCsv(first ? [first] : []))
        expect(second).toEqual(first)
        expect(first?.total).toBe(total)
      }),
    )
  })
})
