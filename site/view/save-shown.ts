import type { Tenant } from '../data/tenant.ts'
import { languages } from '../text/language.ts'
import { monthNames } from '../triage/converted.ts'
import { toCsv } from '../triage/download.ts'

/**
 * Downloads these tenants as a CSV file with the time in its name. Adds a byte order mark: without it, Excel misreads
 * UTF-8.
 */
export function saveShown(file: string, tenants: readonly Tenant[], now: number): void {
  const months = monthNames([...languages, ...navigator.languages])
  const text = toCsv(file, tenants, months)
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `detections-${new Date(now).toISOString().slice(0, 16).replace(/[T:]/g, '-')}.csv`
  link.click()
  URL.revokeObjectURL(url)
}
