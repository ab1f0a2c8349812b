import { parseHourly } from './hourly.ts'
import { bySeverity, type News, type Severity, type Tenant } from './tenant.ts'

/** Turns a row's cells into a tenant. */
export type RowReader = (cells: readonly string[], key: string) => Tenant

const titles: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
}

/** Returns a reader of rows by column name, in any column order. Values of a missing column are unknown. */
export function rowReader(names: readonly string[]): RowReader {
  const column = (name: string) => names.indexOf(name)
  const id = column('ID')
  const name = column('Name')
  const total = column('Detections_Total')
  const status = column('Status')
  const reason = column('Reason')
  const collectedAt = column('Collected_At')
  const region = column('Region')
  const source = column('Source')
  const method = column('Method')
  const migration = column('Migration')
  const hourly = column('Hourly')
  const newTotal = column('New_Total')
  const newSince = column('New_Since')
  const counts = bySeverity(severity => column(`Detections_${titles[severity]}`))
  const news = bySeverity(severity => column(`New_${titles[severity]}`))
  const hours = bySeverity(severity => column(`Hourly_${titles[severity]}`))

  return (cells, key) => {
    const ownId = unguarded(cells[id] ?? '')
    return {
      key,
      id: ownId,
      name: visible(unguarded(cells[name] ?? '')).trim() || ownId,
      counts: bySeverity(severity => wholeNumber(cells[counts[severity]])),
      total: wholeNumber(cells[total]),
      status: word(cells[status]),
      reason: visible(unguarded(cells[reason] ?? '')).trim(),
      collectedAt: instant(cells[collectedAt]),
      region: word(cells[region]),
      source: word(cells[source]),
      method: word(cells[method]),
      migration: word(cells[migration]),
      news: toNews({
        bySeverity: bySeverity(severity => wholeNumber(cells[news[severity]])),
        total: wholeNumber(cells[newTotal]),
        since: instant(cells[newSince]),
      }),
      hourly: parseHourly(cells[hourly]),
      hourlyBySeverity: allHours(bySeverity(severity => parseHourly(cells[hours[severity]]))),
    }
  }
}

/** Removes each `'` that keeps spreadsheets from running a formula: a page does not need it. Few cells have any. */
export const unguarded = (cell: string): string =>
  cell.includes("'") ? cell.replace(/(^|[,;|"])(\s*)'(?='*[=+\-@＝＋－＠\t\r])/g, '$1$2') : cell

/** Without what cannot be seen, such as marks of direction. The collector's file has none of it, one made elsewhere may. */
export const visible = (text: string): string => text.replace(/\p{DI}|[^\P{Cc}\s]/gu, '')

function word(cell: string | undefined): string | undefined {
  return unguarded(cell ?? '').trim() || undefined
}

function wholeNumber(cell: string | undefined): number | undefined {
  return cell !== undefined && /^\s*\d{1,15}\s*$/.test(cell) ? Number(cell) : undefined
}

function instant(cell: string | undefined): number | undefined {
  if (cell === undefined || cell === '') return undefined
  const at = Date.parse(cell)
  return Number.isNaN(at) ? undefined : at
}

/** Returns `undefined` if the row has no data on new detections. */
function toNews(news: News): News | undefined {
  const { critical, high, medium, low, info } = news.bySeverity
  const known = news.total ?? critical ?? high ?? medium ?? low ?? info
  return known === undefined ? undefined : news
}

function allHours({
  critical,
  high,
  medium,
  low,
  info,
}: Record<Severity, readonly number[] | undefined>): Tenant['hourlyBySeverity'] {
  return critical && high && medium && low && info ? { critical, high, medium, low, info } : undefined
}
