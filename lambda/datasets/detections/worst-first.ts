import type { Row } from '../../publish/published-dataset.ts'
import { severities } from '../../sophos/detections.ts'
import { isMoved } from '../../tenants/migration.ts'

/**
 * Compares two rows: by critical, high, medium, low, info, as numbers, then by name. Severities that Sophos left out come
 * after every number, rows without any counts last of all, and of these first the ones that moved to Sophos Fusion.
 */
export function worstFirst(a: Row, b: Row): number {
  if (!a.counts !== !b.counts) return a.counts ? -1 : 1
  if (!a.counts && isMoved(a) !== isMoved(b)) return isMoved(a) ? -1 : 1
  for (const severity of severities) {
    const difference = (b.counts?.bySeverity?.[severity] ?? -1) - (a.counts?.bySeverity?.[severity] ?? -1)
    if (difference !== 0) return difference
  }
  return byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1)
}

const byName = new Intl.Collator('en', { numeric: true })
