import type { Totals } from '../data/totals.ts'
import { formatCount } from './format.ts'

const product = 'Sophos Detections'

/** The text of the tab: the critical count first, since tabs are narrow. `outdated` is when the count is not to be trusted. */
export function pageTitle(totals: Totals | undefined, outdated: boolean): string {
  const critical = totals?.bySeverity.critical.known
  if (critical === undefined) return product
  return `${formatCount(critical)} critical${outdated ? ' (out of date)' : ''} · ${product}`
}
