import type { Totals } from '../data/totals.ts'
import { texts } from './texts.ts'

/** The text of the tab: the critical count first, since tabs are narrow. `outdated` means the count cannot be trusted. */
export function pageTitle(totals: Totals | undefined, outdated: boolean): string {
  const critical = totals?.bySeverity.critical.known
  if (critical === undefined) return texts.product
  const count = texts.title.critical(critical)
  return `${outdated ? `${count} (${texts.title.outOfDate})` : count} · ${texts.product}`
}
