import { isMoved } from '../tenants/migration.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { DigestInput } from './digest.ts'
import { type Fresh, freshIn } from './fresh.ts'
import type { Memory, Watched } from './memory.ts'

/** The memory with what is new in this run; what waits of a tenant that is not to be announced is dropped. */
export function takeUp({ memory, tenants, report, isMuted }: DigestInput): Memory {
  const listed = new Map(tenants.map(tenant => [tenant.id, tenant]))
  const stays = (tenant: Watched) => endOfWatch(tenant, listed.get(tenant.id), isMuted) !== 'moved'
  const watched = new Map(
    memory.watched.map(tenant => [tenant.id, stays(tenant) ? tenant : { ...tenant, waiting: undefined }]),
  )
  const { consideredUntil } = memory
  for (const tenant of tenants) {
    const fresh = consideredUntil === undefined ? undefined : freshIn(tenant, consideredUntil)
    if (fresh && !isMuted(tenant)) watched.set(tenant.id, withFresh(tenant, watched.get(tenant.id), fresh))
  }
  const kept = [...watched.values()].flatMap((tenant): Watched[] => {
    const ended = endOfWatch(tenant, listed.get(tenant.id), isMuted)
    if (!ended) return [tenant]
    return tenant.announced ? [{ ...tenant, waiting: undefined }] : []
  })
  return { ...memory, watched: kept, consideredUntil: Math.max(report.endedAt, consideredUntil ?? 0) }
}

function withFresh(
  { id, name, counts }: Tenant,
  before: Watched | undefined,
  { critical, high, since, at }: Fresh,
): Watched {
  const { waiting } = before ?? {}
  return {
    ...before,
    id,
    name,
    newAt: at,
    ofFusion: counts?.method === 'fusion',
    waiting: {
      critical: (waiting?.critical ?? 0) + critical,
      high: (waiting?.high ?? 0) + high,
      since: waiting?.since ?? since,
    },
  }
}

/** Why a tenant is no longer watched, whatever its figures. */
export function endOfWatch(
  { id, name, ofFusion }: Watched,
  tenant: Tenant | undefined,
  isMuted: DigestInput['isMuted'],
): 'gone' | 'moved' | 'muted' | undefined {
  if (!tenant) return 'gone'
  // What was new before a move are figures that nobody is to see any longer, whatever Fusion tells since.
  if (tenant.status === 'moved' || (isMoved(tenant) && !ofFusion)) return 'moved'
  return isMuted({ id, name }) || isMuted(tenant) ? 'muted' : undefined
}
