import { rowKeys } from '../data/parse-detections.ts'
import { readCsv } from '../data/read-csv.ts'
import type { Tenant } from '../data/tenant.ts'

/**
 * The rows of these tenants, in this order, as they stand in the file that the page read (RFC 4180): what reads that file
 * can read the download. `file` is the text of detections.csv.
 */
export function toCsv(file: string, tenants: readonly Pick<Tenant, 'key'>[]): string {
  const [header = [], ...rows] = readCsv(file)?.rows ?? []
  const byKey = new Map(rowKeys(header, rows).map((key, i) => [key, rows[i] ?? []]))
  const chosen = tenants.flatMap(({ key }) => [byKey.get(key) ?? []]).filter(cells => cells.length > 0)
  return [...[header, ...chosen].map(cells => cells.map(toCell).join(',')), ''].join('\r\n')
}

/** The collector's file is safe for spreadsheets already; one made elsewhere may not be (owasp.org/www-community/attacks/CSV_Injection). */
function toCell(text: string): string {
  const clean = text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').replace(/\p{Cc}/gu, '')
  const safe = /^\s*[=+\-@]/.test(clean) ? `'${clean}` : clean
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
