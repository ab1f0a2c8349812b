import { isMoved } from '../tenants/migration.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Memory, Watched } from './memory.ts'
import type { DigestInput } from './step.ts'
import { type Unannounced, unannouncedIn } from './unannounced.ts'

/** Returns the memory with this run's news, and without the unannounced news of tenants that are no longer watched. */
export function mergeNews({ memory, tenants, report, isMuted }: DigestInput): Memory {
  const listed = new Map(tenants.map(tenant => [tenant.id, tenant]))
  const reasonToStop = (tenant: Watched) => reasonToStopWatching(tenant, listed.get(tenant.id), isMuted)
  // What was new before a move must not be added to Sophos Fusion's news.
  const watched = new Map(
    memory.watched.map(tenant => [
      tenant.id,
      reasonToStop(tenant) === 'moved' ? { ...tenant, waiting: undefined } : tenant,
    ]),
  )
  const { consideredUntil } = memory
  for (const tenant of tenants) {
    const news = consideredUntil === undefined ? undefined : unannouncedIn(tenant, consideredUntil)
    if (news && !isMuted(tenant)) watched.set(tenant.id, addNews(tenant, watched.get(tenant.id), news))
  }
  const kept = [...watched.values()].flatMap((tenant): Watched[] => {
    if (!reasonToStop(tenant)) return [tenant]
    return tenant.announced ? [{ ...tenant, waiting: undefined }] : []
  })
  return { ...memory, watched: kept, consideredUntil: Math.max(report.endedAt, consideredUntil ?? 0) }
}

function addNews(
  { id, name, counts }: Tenant,
  before: Watched | undefined,
  { critical, high, since, at }: Unannounced,
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

/** Returns why a tenant is no longer watched, whatever its figures are, or undefined. */
export function reasonToStopWatching(
  { id, name, ofFusion }: Watched,
  tenant: Tenant | undefined,
  isMuted: DigestInput['isMuted'],
): 'gone' | 'moved' | 'muted' | undefined {
  if (!tenant) return 'gone'
  // The figures from before a move are wrong or out of date, even if Sophos Fusion gives counts now.
  if (tenant.status === 'moved' || (isMoved(tenant) && !ofFusion)) return 'moved'
  return isMuted({ id, name }) || isMuted(tenant) ? 'muted' : undefined
}
