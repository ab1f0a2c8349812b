import { rowKeys } from '../data/parse-detections.ts'
import { readCsv } from '../data/read-csv.ts'
import { unguarded, visible } from '../data/read-row.ts'
import type { Tenant } from '../data/tenant.ts'
import { isConverted } from './converted.ts'

/** The columns that hold foreign text. All others hold figures, which a spreadsheet shall take for what they are. */
const textColumns: readonly string[] = ['ID', 'Name', 'Reason', 'Region', 'Source']

/**
 * Returns the rows of these tenants as CSV for a spreadsheet (RFC 4180), in this order and with the columns of the file.
 * `file` is the text of detections.csv; `months` are the names of months that the reader's spreadsheet may know.
 */
export function toCsv(
  file: string,
  tenants: readonly Pick<Tenant, 'key'>[],
  months: readonly string[],
): string {
  const [header = [], ...rows] = readCsv(file)?.rows ?? []
  const byKey = new Map(rowKeys(header, rows).map((key, i) => [key, rows[i] ?? []]))
  const chosen = tenants.flatMap(({ key }) => [byKey.get(key) ?? []]).filter(cells => cells.length > 0)
  const isText = header.map(name => textColumns.includes(name))
  const lines = chosen.map(cells =>
    cells.map((cell, i) => {
      const safe = guarded(cell)
      return toCell(isText[i] && isConverted(safe, months) ? `'${safe}` : safe)
    }),
  )
  return [header.map(toCell), ...lines, []].map(cells => cells.join(',')).join('\r\n')
}

/** Text is quoted; numbers and what is unknown are bare, as in the collector's file. */
const toCell = (text: string): string => (/^\d*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`)

/**
 * The collector's file is already safe for spreadsheets; a file made elsewhere may not be. `'` stands wherever a spreadsheet
 * would run a formula: also after a separator, since it may split the cells at another one than the comma.
 */
const guarded = (text: string): string =>
  visible(unguarded(text).replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')).replace(
    /(^|[,;|"])(\s*)(?='*[=+\-@＝＋－＠])/g,
    "$1$2'",
  )
