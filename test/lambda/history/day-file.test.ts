import { gunzipSync, gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToDay, UnreadableDayError } from '../../../lambda/history/day-file.ts'
import type { HistoryRow } from '../../../lambda/history/row.ts'
import { at, bySeverity } from '../tenants.ts'

const text = (day: Uint8Array) => gunzipSync(day).toString('utf8')
/** Reads with another CSV library than the one that wrote it. */
const records = (day: Uint8Array): Record<string, string>[] =>
  parse(text(day), { columns: true, relax_column_count: false })
const addAll = (runs: readonly (readonly HistoryRow[])[]): Uint8Array =>
  runs.reduce<Uint8Array>((day, rows) => addToDay(day, rows), addToDay(undefined, []))

const rowOf = (tenantId: string, collectedAt: number, critical = 1): HistoryRow => ({
  tenantId,
  counts: { collectedAt, total: critical, bySeverity: bySeverity(critical), method: 'counts' },
})

const count = fc.nat(3_000)
const severityCounts = fc.record({ critical: count, high: count, medium: count, low: count, info: count })
const ids = fc.oneof(fc.constantFrom('a', 'ab', 'a-b', 'b'), fc.uuid())
const rows = fc.array(
  fc.record({
    tenantId: ids,
    counts: fc.record({
      collectedAt: fc.integer({ min: at, max: at + 3_600_000 }),
      total: count,
      bySeverity: fc.option(severityCounts, { nil: undefined }),
      method: fc.constantFrom('counts', 'query', 'fusion'),
    }),
  }),
  { maxLength: 30 },
)
const runs = fc.array(rows, { maxLength: 6 })

const minuteOf = ({ counts }: HistoryRow) => `${new Date(counts.collectedAt).toISOString().slice(0, 16)}:00`
const cell = (value: number | undefined) => (value === undefined ? '' : String(value))
const asRecord = (row: HistoryRow): Record<string, string> => ({
  ID: row.tenantId,
  Collected_At: minuteOf(row).replace('T', ' '),
  Critical: cell(row.counts.bySeverity?.critical),
  High: cell(row.counts.bySeverity?.high),
  Medium: cell(row.counts.bySeverity?.medium),
  Low: cell(row.counts.bySeverity?.low),
  Info: cell(row.counts.bySeverity?.info),
  Total: cell(row.counts.total),
  Method: row.counts.method,
})

describe("a day's file", () => {
  it('holds exactly the rows that were added, one for each minute of a tenant', () => {
    fc.assert(
      fc.property(runs, added => {
        const expected = new Map(added.flat().map(row => [`${row.tenantId} ${minuteOf(row)}`, asRecord(row)]))
        const found = records(addAll(added))
        expect(found).toHaveLength(expected.size)
        expect(found).toEqual(expect.arrayContaining([...expected.values()]))
      }),
    )
  })

  it('keeps the rows of a tenant together, oldest first', () => {
    fc.assert(
      fc.property(runs, added => {
        const found = records(addAll(added))
        const tenants = found.map(({ ID }) => ID)
        expect(tenants.filter((id, i) => id !== tenants[i - 1])).toEqual([...new Set(tenants)])
        for (const [i, { ID, Collected_At = '' }] of found.entries()) {
          const before = found[i - 1]
          if (before?.ID === ID) expect(Collected_At > (before?.Collected_At ?? '')).toBe(true)
        }
      }),
    )
  })

  it('is the same to the byte when rows are added again, or in two parts', () => {
    fc.assert(
      fc.property(rows, fc.nat(30), (added, cut) => {
        const day = addToDay(undefined, added)
        expect(addToDay(day, added)).toEqual(day)
        const inTwo = addToDay(addToDay(undefined, added.slice(0, cut)), added.slice(cut))
        expect(inTwo).toEqual(day)
      }),
    )
  })

  it('leaves a gap for a tenant without a row, and unknown severities empty', () => {
    const unreported: HistoryRow = {
      tenantId: 'a',
      counts: { collectedAt: at + 1_800_000, total: 9, bySeverity: undefined, method: 'fusion' },
    }
    expect(text(addAll([[rowOf('b', at + 59_999), rowOf('a', at)], [unreported]]))).toBe(
      'ID,Collected_At,Critical,High,Medium,Low,Info,Total,Method\n' +
        'a,2026-11-22 10:00:00,1,0,0,0,0,1,counts\n' +
        'a,2026-11-22 10:30:00,,,,,,9,fusion\n' +
        'b,2026-11-22 10:00:00,1,0,0,0,0,1,counts\n',
    )
  })

  it('keeps the later of two answers in one minute', () => {
    const day = addAll([[rowOf('a', at, 1), rowOf('a', at + 1, 2)], [rowOf('a', at + 59_999, 3)]])
    expect(records(day).map(({ Critical }) => Critical)).toEqual(['3'])
  })

  it('keeps every row on one line, whatever the id contains', () => {
    const foreign = fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 12 })
    fc.assert(
      fc.property(foreign, foreign, (first, second) => {
        const runsOfForeign = [first, second].map(all => all.map(id => rowOf(id, at)))
        const day = addAll(runsOfForeign)
        const found = records(day)
        expect(text(day).split('\n')).toHaveLength(found.length + 2)
        expect(new Set(found.map(({ ID }) => ID)).size).toBe(found.length)
        for (const { ID } of found) expect(ID).not.toMatch(/^[=+\-@]|\p{Cc}/u)
        expect(addToDay(day, runsOfForeign.flat())).toEqual(day)
      }),
    )
  })

  const whole = addToDay(undefined, [rowOf('a', at), rowOf('b', at)])
  it.each<[string, Uint8Array]>([
    ['empty', new Uint8Array()],
    ['not gzip', Buffer.from('ID,Collected_At\n')],
    ['truncated', whole.subarray(0, -9)],
    ['damaged', whole.map((byte, i) => (i === whole.length - 6 ? byte ^ 1 : byte))],
    ['of other columns', gzipSync('ID,Collected_At,Total\na,2026-11-22 10:00:00,1\n')],
    ['without the end of its last line', gzipSync(gunzipSync(whole).subarray(0, -1))],
    [
      'far larger than a day can be',
      gzipSync(Buffer.concat([gunzipSync(whole), Buffer.alloc(64 * 1_024 * 1_024, '\n')]), { level: 1 }),
    ],
  ])('that is %s is refused, not read as empty', (_, bytes) => {
    expect(() => addToDay(bytes, [rowOf('a', at)])).toThrow(UnreadableDayError)
  })
})
