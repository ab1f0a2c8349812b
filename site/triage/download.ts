import { rowKeys } from '../data/parse-detections.ts'
import { readCsv } from '../data/read-csv.ts'
import type { Tenant } from '../data/tenant.ts'

/**
 * Returns the rows of these tenants as CSV, in this order and as they are in the file (RFC 4180): programs that read
 * the file can read the download. `file` is the text of detections.csv.
 */
export function toCsv(file: string, tenants: readonly Pick<Tenant, 'key'>[]): string {
  const [header = [], ...rows] = readCsv(file)?.rows ?? []
  const byKey = new Map(rowKeys(header, rows).map((key, i) => [key, rows[i] ?? []]))
  const chosen = tenants.flatMap(({ key }) => [byKey.get(key) ?? []]).filter(cells => cells.length > 0)
  return [...[header, ...chosen].map(cells => cells.map(toCell).join(',')), ''].join('\r\n')
}

/**
 * The collector's file is already safe for spreadsheets; a file made elsewhere may not be
 * (owasp.org/www-community/attacks/CSV_Injection).
 */
function toCell(text: string): string {
  const clean = text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').replace(/\p{Cc}/gu, '')
  const safe = /^\s*[=+\-@]/.test(clean) ? `'${clean}` : clean
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
