import type { RunReport } from '../state/run-report.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Announcement, named, shortened } from './announcement.ts'
import { frame, iso } from './frame.ts'
import type { Memory, Watched } from './memory.ts'
import { runFailed, runRecovered } from './run-events.ts'
import { endOfWatch, takeUp } from './watch.ts'

/** Everything that is decided from: a run, its tenants, and what the runs before announced. */
export type DigestInput = {
  readonly memory: Memory
  readonly report: Pick<RunReport, 'source' | 'result' | 'message' | 'startedAt' | 'endedAt'>
  readonly tenants: readonly Tenant[]
  readonly cooldownMs: number
  readonly isMuted: (tenant: Pick<Tenant, 'id' | 'name'>) => boolean
  readonly demo: boolean
  readonly dashboard: string | undefined
}

/**
 * What to announce, in this order, and what to remember: `start` if nothing could be sent, and each step's `memory` once
 * its event, and all before it, were taken by the bus. So an event that could not be sent is sent by a later run, and one
 * that was sent is not sent again.
 */
export type Digest = {
  readonly start: Memory
  readonly steps: readonly { readonly event: Announcement; readonly memory: Memory }[]
}

/**
 * The rules:
 * - New critical or high detections of all tenants are one event. A tenant that was announced waits for the cool-down, and
 *   what is new of it meanwhile is in its next announcement; only its first critical ones do not wait.
 * - A tenant that was announced is back to quiet, once, when good figures show nothing new for a cool-down; unknown is not
 *   quiet. One that is muted, moved, or gone from the list is no longer watched, which the same event says.
 * - The first run that fails is announced, and the first one after it that does not.
 */
export function digest(input: DigestInput): Digest {
  const start = takeUp(input)
  const steps: { event: Announcement; memory: Memory }[] = []
  let memory = start
  for (const next of [runFailed, runRecovered, newDetections, backToQuiet]) {
    const step = next(memory, input)
    if (!step) continue
    steps.push(step)
    memory = step.memory
  }
  return { start, steps }
}

export type Step = Digest['steps'][number]

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
        ...frame(
          input,
          `New detections: ${sayFigures({ critical, high }, ' and ')} in ${say(worst.length)}: ${sayWorst(worst)}.`,
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
  const endOf = (tenant: Watched) =>
    endOfWatch(tenant, listed.get(tenant.id), input.isMuted) ?? (isQuiet(tenant) ? 'quiet' : undefined)
  const ended = memory.watched.flatMap(({ id, name, ...tenant }) => {
    const why = endOf({ id, name, ...tenant })
    return why ? [{ id: shortened(id), name: shortened(name), why }] : []
  })
  if (ended.length === 0) return undefined
  const watched = memory.watched.filter(tenant => !endOf(tenant))
  const { worst: quiet, more } = named(ended)
  return {
    event: {
      detailType: 'Back to quiet',
      detail: {
        ...frame(input, `${sayEnded(ended)}; ${watched.length} still watched.`),
        tenants: ended.length,
        stillWatched: watched.length,
        quiet,
        more,
      },
    },
    memory: { ...memory, watched },
  }
}

const say = (tenants: number): string => `${tenants} tenant${tenants === 1 ? '' : 's'}`

/** Whoever is muted, moved or gone may be anything but quiet. */
function sayEnded(ended: readonly { why: string }[]): string {
  const quiet = ended.filter(({ why }) => why === 'quiet').length
  return [
    quiet > 0 ? `${say(quiet)} back to quiet` : '',
    quiet < ended.length ? `${say(ended.length - quiet)} muted, moved or gone` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

const sayFigures = ({ critical, high }: { critical: number; high: number }, and = ', '): string =>
  [critical > 0 ? `${critical} critical` : '', high > 0 ? `${high} high` : ''].filter(Boolean).join(and)

/** As many tenants as go into a sentence. */
const mostSaid = 3

function sayWorst(worst: readonly { name: string; critical: number; high: number }[]): string {
  // Names are foreign text, and what stands in angle brackets is a command to some chat programs.
  const said = worst
    .slice(0, mostSaid)
    .map(({ name, ...figures }) => `${name.replace(/[<>\p{Cc}]/gu, ' ')} (${sayFigures(figures)})`)
  const more = worst.length - said.length
  return said.join(', ') + (more > 0 ? `, and ${more} more` : '')
}
