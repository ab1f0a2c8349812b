import { named, shortened } from './announcement.ts'
import type { Memory, Watched } from './memory.ts'
import { mergeNews, reasonToStopWatching } from './merge-news.ts'
import { runFailed, runRecovered } from './run-events.ts'
import { commonDetail, type DigestInput, iso, type Step } from './step.ts'

/**
 * The events to send, in this order, and what to remember: `start` if no event was sent, else the `memory` of the last step
 * the bus took. So a later run sends what could not be sent, and nothing is sent twice.
 */
export type Digest = { readonly start: Memory; readonly steps: readonly Step[] }

/**
 * Decides what to announce, by these rules:
 * - New critical or high detections of all tenants are one event. An announced tenant waits for the cool-down; its news from
 *   that time goes into its next announcement. Only its first critical detections do not wait.
 * - An announced tenant is back to quiet when good figures show nothing new for a cool-down; unknown is not quiet. The same
 *   event names tenants that are no longer watched because they are muted, moved, or gone from the list.
 * - The first failed run is announced, and the first run after it that works.
 */
export function digest(input: DigestInput): Digest {
  const start = mergeNews(input)
  const steps: Step[] = []
  let memory = start
  for (const next of [runFailed, runRecovered, newDetections, backToQuiet]) {
    const step = next(memory, input)
    if (!step) continue
    steps.push(step)
    memory = step.memory
  }
  return { start, steps }
}

function newDetections(memory: Memory, input: DigestInput): Step | undefined {
  const now = input.report.endedAt
  const isDue = ({ waiting, announced }: Watched): boolean => {
    if (!waiting) return false
    if (!announced || now - announced.at >= input.cooldownMs) return true
    return waiting.critical > 0 && !announced.critical
  }
  const due = memory.watched.filter(isDue)
  const worst = due
    .flatMap(({ id, name, waiting }) =>
      waiting ? [{ id: shortened(id), name: shortened(name), ...waiting }] : [],
    )
    .sort((a, b) => b.critical - a.critical || b.high - a.high || (a.name < b.name ? -1 : 1))
    .map(tenant => ({ ...tenant, since: iso(tenant.since) }))
  if (worst.length === 0) return undefined
  const critical = worst.reduce((sum, tenant) => sum + tenant.critical, 0)
  const high = worst.reduce((sum, tenant) => sum + tenant.high, 0)
  return {
    event: {
      detailType: 'New detections',
      detail: {
        ...commonDetail(
          input,
          `New detections: ${formatFigures({ critical, high }, ' and ')} in ${formatTenants(worst.length)}: ${formatWorst(worst)}.`,
        ),
        severity: critical > 0 ? 'critical' : 'high',
        tenants: worst.length,
        critical,
        high,
        ...named(worst),
      },
    },
    memory: {
      ...memory,
      watched: memory.watched.map(tenant =>
        isDue(tenant)
          ? {
              ...tenant,
              waiting: undefined,
              announced: { at: now, critical: (tenant.waiting?.critical ?? 0) > 0 },
            }
          : tenant,
      ),
    },
  }
}

function backToQuiet(memory: Memory, input: DigestInput): Step | undefined {
  const listed = new Map(input.tenants.map(tenant => [tenant.id, tenant]))
  const isQuiet = ({ waiting, newAt, id }: Watched): boolean => {
    const seenUntil = listed.get(id)?.counts?.collectedAt
    return !waiting && seenUntil !== undefined && seenUntil - newAt >= input.cooldownMs
  }
  const reasonToEnd = (tenant: Watched) =>
    reasonToStopWatching(tenant, listed.get(tenant.id), input.isMuted) ??
    (isQuiet(tenant) ? 'quiet' : undefined)
  const ended = memory.watched.flatMap(({ id, name, ...tenant }) => {
    const why = reasonToEnd({ id, name, ...tenant })
    return why ? [{ id: shortened(id), name: shortened(name), why }] : []
  })
  if (ended.length === 0) return undefined
  const watched = memory.watched.filter(tenant => !reasonToEnd(tenant))
  const { worst: quiet, more } = named(ended)
  return {
    event: {
      detailType: 'Back to quiet',
      detail: {
        ...commonDetail(input, `${formatEnded(ended)}; ${watched.length} still watched.`),
        tenants: ended.length,
        stillWatched: watched.length,
        quiet,
        more,
      },
    },
    memory: { ...memory, watched },
  }
}

const formatTenants = (tenants: number): string => `${tenants} tenant${tenants === 1 ? '' : 's'}`

/** Keeps muted, moved and gone tenants apart: those may be anything but quiet. */
function formatEnded(ended: readonly { why: string }[]): string {
  const quiet = ended.filter(({ why }) => why === 'quiet').length
  return [
    quiet > 0 ? `${formatTenants(quiet)} back to quiet` : '',
    quiet < ended.length ? `${formatTenants(ended.length - quiet)} muted, moved or gone` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

const formatFigures = ({ critical, high }: { critical: number; high: number }, and = ', '): string =>
  [critical > 0 ? `${critical} critical` : '', high > 0 ? `${high} high` : ''].filter(Boolean).join(and)

/** How many tenants a message names. */
const mostInMessage = 3

function formatWorst(worst: readonly { name: string; critical: number; high: number }[]): string {
  // Names are foreign text, and some chat programs take text in angle brackets for a command.
  const listed = worst
    .slice(0, mostInMessage)
    .map(({ name, ...figures }) => `${name.replace(/[<>\p{Cc}]/gu, ' ')} (${formatFigures(figures)})`)
  const more = worst.length - listed.length
  return listed.join(', ') + (more > 0 ? `, and ${more} more` : '')
}
