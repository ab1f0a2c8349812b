import type { ListedTenant } from '../sophos/tenants.ts'

/** A tenant the doctor may examine. `status` is from the last collection: `listed` if unknown, `inactive` without apiHost. */
export type Candidate = ListedTenant & { readonly status: string }

/** How many tenants of each region and status are examined by default: one alone could be an exception. */
export const defaultSample = 2

/** Each tenant costs seven calls of the thousand an hour that the collector needs too. This leaves it nearly half of them. */
const mostInSample = 80
/** Tenants with doubtful counts, examined on top of the sample. */
const mostDoubtful = 20

/**
 * Chooses the tenants to examine, in the order of the list: all; or at most `sample` of each region and status, some of
 * the doubtful ones, and all that are not activated, since those cost no call.
 */
export function chooseTenants<T extends Candidate>(
  tenants: readonly T[],
  sample: number | 'all',
  doubtful: ReadonlyMap<string, unknown>,
): T[] {
  if (sample === 'all') return [...tenants]
  const active = tenants.filter(({ apiHost }) => apiHost)
  const chosen = new Set([
    ...chooseSample(active, sample),
    ...active.filter(({ id }) => doubtful.has(id)).slice(0, mostDoubtful),
  ])
  return tenants.filter(tenant => !tenant.apiHost || chosen.has(tenant))
}

/**
 * Takes those with the lowest ids, so that the same list gives the same sample. Regions and statuses take turns, so that
 * each gets one tenant in before any gets a second.
 */
function chooseSample<T extends Candidate>(tenants: readonly T[], each: number): T[] {
  const strata = Map.groupBy(tenants, ({ region = '', status }) => `${region} ${status}`)
  const ordered = [...strata]
    .sort(([one], [other]) => compare(one, other))
    .map(([, members]) => members.toSorted((one, other) => compare(one.id, other.id)).slice(0, each))
  const rounds = Array.from({ length: each }, (_, round) => ordered.flatMap(members => members[round] ?? []))
  return rounds.flat().slice(0, mostInSample)
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
