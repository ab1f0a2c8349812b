import type { Asking } from '../asking/ask-all.ts'
import type { RunContext } from '../run/run.ts'
import { type BySeverity, hourMs, severities, sumSeverities } from '../sophos/detections.ts'
import { fetchAllTenants } from '../sophos/fusion/all-tenants.ts'
import { fetchFusionCounts } from '../sophos/fusion/counts.ts'
import type { FusionFigures } from '../sophos/fusion/windows.ts'
import { whoAmI } from '../sophos/identity.ts'
import { isMoved } from '../tenants/migration.ts'
import type { Outcome, Tenant } from '../tenants/tenant.ts'
import { fusionOutcome, type Moments } from './counts/ask.ts'

/** How many tenants are asked about by themselves as well, to see whether the one request tells the same of them. */
const sampleSize = 3
/** Detections come and go while the two are asked; twice in a row between the same two answers they do not. */
const comparisons = 2

/**
 * What one request for all moved tenants came to. `refuted` says, in a sentence, how its figures differ from the tenants'
 * own: then there are no outcomes, and it must not be asked again.
 */
export type AllTenantsResult = {
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly refuted: string | undefined
}

const nothing: AllTenantsResult = { outcomes: new Map(), refuted: undefined }

/**
 * Asks Sophos Fusion for all moved tenants at once, and a few of them by themselves. Only where these agree are there
 * outcomes: of every moved tenant that the answer names. Who is missing in it is asked by itself, since nobody knows whether
 * missing means none. Where the request fails, for whatever reason, it is of no use in this run.
 */
export async function askAllTenants(
  { settings, clock, random, log }: RunContext,
  { tenants, guards, ...asking }: Pick<Asking, 'client' | 'guards'> & { tenants: readonly Tenant[] },
): Promise<AllTenantsResult> {
  const { url } = settings.fusion
  const client = asking.client.guardedBy(guards.of(url, 'fusion', 'Sophos Fusion'))

  async function fetchAll(accountId: string) {
    const askedAt = clock.now()
    const figures = await fetchAllTenants(client, url, accountId, askedAt)
    return { figures, moments: { askedAt, answeredAt: clock.now() } }
  }

  /** The tenants whose own figures are neither those of the answer before nor between those of the two around them. */
  async function differing(
    accountId: string,
    sample: readonly Tenant[],
    first: All,
  ): Promise<[Tenant[], All]> {
    const own = new Map<Tenant, Told>()
    for (const tenant of sample) {
      const askedAt = clock.now()
      own.set(tenant, { askedAt, figures: await fetchFusionCounts(client, url, tenant.id, askedAt) })
    }
    const differs = (second: All) =>
      sample.filter(tenant => {
        const alone = own.get(tenant)
        return !alone || !agrees(alone, toldOf(first, tenant), toldOf(second, tenant))
      })
    if (differs(first).length === 0) return [[], first]
    const second = await fetchAll(accountId)
    return [differs(second), second]
  }

  try {
    const account = await whoAmI(asking.client, settings.apiUrl)
    if (account.idType === 'tenant') return nothing
    let all: All = await fetchAll(account.id)
    if (all.figures.size === 0) return nothing
    const named = tenants.filter(tenant => all.figures.has(key(tenant)))
    if (named.length === 0) {
      return { ...nothing, refuted: 'Its answer names none of the tenants by its id in Sophos Central.' }
    }
    const covered = named.filter(isMoved)
    let sample = sampleOf(covered, all, random)
    for (let comparison = 1; comparison <= comparisons && sample.length > 0; comparison++) {
      ;[sample, all] = await differing(account.id, sample, all)
    }
    if (sample.length > 0) {
      const names = sample.map(({ id }) => id).join(', ')
      return {
        ...nothing,
        refuted: `Its counts are not those that these tenants have by themselves: ${names}.`,
      }
    }
    return { outcomes: outcomesOf(covered, all), refuted: undefined }
  } catch (error) {
    log.warn('the request for all tenants failed; asking one by one', { error })
    return nothing
  }
}

type All = { readonly figures: ReadonlyMap<string, FusionFigures>; readonly moments: Moments }

/** Fusion may write an id in another case. */
const key = ({ id }: Pick<Tenant, 'id'>): string => id.toLowerCase()

/** The one with the most detections, where a difference shows best, and others at random. */
function sampleOf(covered: readonly Tenant[], all: All, random: () => number): Tenant[] {
  const total = (tenant: Tenant) => sumSeverities(toldOf(all, tenant).figures.day)
  const [most, ...others] = [...covered].sort((a, b) => total(b) - total(a))
  const sample = most ? [most] : []
  while (sample.length < sampleSize && others.length > 0) {
    sample.push(...others.splice(Math.floor(random() * others.length), 1))
  }
  return sample
}

/** What an answer tells of one tenant, and when it was asked for (ms). */
type Told = { readonly figures: FusionFigures; readonly askedAt: number }

const none: BySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }

/** Of a tenant that was in an answer before, none are left where it is missing now. */
const toldOf = ({ figures, moments }: All, tenant: Tenant): Told => ({
  figures: figures.get(key(tenant)) ?? { day: none, sinceHourBefore: none, sinceHour: none },
  askedAt: moments.askedAt,
})

/** Whether a tenant's own figures lie between those of the answers before and after. */
function agrees(own: Told, before: Told, after: Told): boolean {
  const hours = new Set([own, before, after].map(({ askedAt }) => Math.floor(askedAt / hourMs)))
  // Where the clock hour changed in between, the hours asked about are not the same.
  const windows = hours.size === 1 ? (['day', 'sinceHourBefore', 'sinceHour'] as const) : (['day'] as const)
  return windows.every(window => {
    const [is, a, b] = [own, before, after].map(({ figures }) => figures[window])
    return !is || !a || !b || isBetween(is, a, b)
  })
}

const isBetween = (own: BySeverity, a: BySeverity, b: BySeverity): boolean =>
  severities.every(
    severity =>
      own[severity] >= Math.min(a[severity], b[severity]) &&
      own[severity] <= Math.max(a[severity], b[severity]),
  )

function outcomesOf(tenants: readonly Tenant[], { figures, moments }: All): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>()
  for (const tenant of tenants) {
    const own = figures.get(key(tenant))
    if (own) outcomes.set(tenant.id, fusionOutcome(own, moments, tenant.counts))
  }
  return outcomes
}
