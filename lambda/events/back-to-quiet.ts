import { named, shortened } from './announcement.ts'
import type { Memory, Watched } from './memory.ts'
import { commonDetail, type DigestInput, formatTenants, type Step } from './step.ts'
import { reasonToStopWatching, untoldIn } from './untold.ts'

/**
 * Announces tenants whose good figures show nothing new for a cool-down; unknown is not quiet. The same event names tenants
 * that are no longer watched because they are muted, moved, or gone from the list.
 */
export function backToQuiet(memory: Memory, input: DigestInput): Step | undefined {
  const listed = new Map(input.tenants.map(tenant => [tenant.id, tenant]))
  const untold = untoldIn(memory, input)
  const isQuiet = ({ newAt, announced, id }: Watched): boolean => {
    // News that was late when it came may be older than a cool-down when it is announced.
    const since = Math.max(newAt, announced?.at ?? 0)
    const seenUntil = listed.get(id)?.counts?.collectedAt
    return !untold.has(id) && seenUntil !== undefined && seenUntil - since >= input.cooldownMs
  }
  const reasonToEnd = (tenant: Watched) =>
    reasonToStopWatching(tenant, listed.get(tenant.id), input.isMuted) ??
    (isQuiet(tenant) ? 'quiet' : undefined)
  const ended = memory.watched.flatMap(tenant => {
    const why = reasonToEnd(tenant)
    return why ? [{ id: shortened(tenant.id), name: shortened(tenant.name), why }] : []
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
