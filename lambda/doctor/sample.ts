import type { ListedTenant } from '../sophos/tenants.ts'

/** A tenant as the doctor chooses from: `status` is what the latest collection came to, or whether it is activated. */
export type Candidate = ListedTenant & { readonly status: string }

/**
 * A sample is asked seven questions a tenant, out of the thousand calls an hour that the collector needs too: with so many
 * tenants it leaves nearly half of them in any case.
 */
const mostInSample = 80
/** Tenants whose counts are to be doubted are looked at beside the sample. */
const mostDoubted = 20

/**
 * Whom to examine, in the order of the list: all; or at most `sample` of every region and status, some of the doubted, and
 * everybody who is not activated, since they cost no call.
 */
export function chooseTenants<T extends Candidate>(
  tenants: readonly T[],
  sample: number | 'all',
  doubted: ReadonlyMap<string, unknown>,
): T[] {
  if (sample === 'all') return [...tenants]
  const active = tenants.filter(({ apiHost }) => apiHost)
  const chosen = new Set([
    ...chooseSample(active, sample),
    ...active.filter(({ id }) => doubted.has(id)).slice(0, mostDoubted),
  ])
  return tenants.filter(tenant => !tenant.apiHost || chosen.has(tenant))
}

/**
 * The same ones as long as the list is the same: those with the least ids. Regions and statuses take turns, so that where
 * there are too many of them every one still has its first.
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
