import { named, shortened } from './announcement.ts'
import type { Memory, Watched } from './memory.ts'
import { commonDetail, type DigestInput, formatTenants, iso, type Step } from './step.ts'
import { describe, markTold, type Untold, untoldIn } from './untold.ts'

/**
 * Announces the new critical and high detections of all tenants in one event. A tenant that was announced waits for the
 * cool-down, unless these are its first critical ones.
 */
export function newDetections(memory: Memory, input: DigestInput): Step | undefined {
  const now = input.report.endedAt
  const watched = new Map(memory.watched.map(one => [one.id, one]))
  const isDue = ({ tenant, critical }: Untold): boolean => {
    const announced = watched.get(tenant.id)?.announced
    if (!announced || now - announced.at >= input.cooldownMs) return true
    return critical > 0 && !announced.critical
  }
  const due = [...untoldIn(memory, input).values()].filter(isDue)
  if (due.length === 0) return undefined
  for (const news of due) {
    const announced = { at: now, critical: news.critical > 0 }
    watched.set(news.tenant.id, { ...describe(news), announced } satisfies Watched)
  }
  const told = markTold(
    memory,
    due.map(({ tenant }) => tenant),
  )
  return { event: eventOf(due, input), memory: { ...told, watched: [...watched.values()] } }
}

function eventOf(due: readonly Untold[], input: DigestInput): Step['event'] {
  const worst = due
    .map(({ tenant: { id, name }, critical, high, since }) => ({
      ...{ id: shortened(id), name: shortened(name), critical, high, since: iso(since) },
    }))
    .sort((a, b) => b.critical - a.critical || b.high - a.high || (a.name < b.name ? -1 : 1))
  const critical = worst.reduce((sum, tenant) => sum + tenant.critical, 0)
  const high = worst.reduce((sum, tenant) => sum + tenant.high, 0)
  const figures = formatFigures({ critical, high }, ' and ')
  const message = `New detections: ${figures} in ${formatTenants(worst.length)}: ${formatWorst(worst)}.`
  return {
    detailType: 'New detections',
    detail: {
      ...commonDetail(input, message),
      severity: critical > 0 ? 'critical' : 'high',
      tenants: worst.length,
      critical,
      high,
      ...named(worst),
    },
  }
}

const formatFigures = ({ critical, high }: { critical: number; high: number }, and = ', '): string =>
  [critical > 0 ? `${critical} critical` : '', high > 0 ? `${high} high` : ''].filter(Boolean).join(and)

/** How many tenants a message names. */
const mostInMessage = 3

function formatWorst(worst: readonly { name: string; critical: number; high: number }[]): string {
  // Names are foreign text, and some chat programs take text in angle brackets for a command.
  const listed = worst
    .slice(0, mostInMessage)
    .map(({ name, ...figures }) => `${name} (${formatFigures(figures)})`)
  const more = worst.length - listed.length
  return listed.join(', ') + (more > 0 ? `, and ${more} more` : '')
}
