import { OutOfBudgetError } from '../pacing/gate.ts'
import type { SophosClient } from '../sophos/client.ts'
import { CredentialsError, RefusedError, UnreachableError } from '../sophos/errors.ts'
import { whoAmI } from '../sophos/identity.ts'

import { isThrottled } from '../sophos/retry.ts'
import type { Guard } from '../sophos/sender.ts'

import { callsToList, listTenants, type TenantList } from '../sophos/tenants.ts'

/** Why there is no list: the budget is spent (which passes), or a step failed. `message` is for people. */
export type NoList = {
  readonly endedBy: 'budget' | 'failure'
  readonly message: string
  /** There is a token that holds, so tenants that are known from earlier lists can be asked. */
  readonly canAsk: boolean
}

/**
 * Token, whoami, all pages of the listing; only the token where the list is not due. What goes wrong on the way becomes a
 * sentence that says what to do.
 *
 * A list of several pages that lacks a tenant of `known` is read once more, and a tenant leaves only if both lack it: if one
 * leaves and another joins between two pages, a third can move to a page already read while all numbers stay the same.
 */
export async function fetchTenantList(
  client: SophosClient,
  apiUrl: string,
  { isDue, known }: { isDue: boolean; known: ReadonlyMap<string, unknown> },
): Promise<TenantList | 'not due' | NoList> {
  let step = 'Sophos gave no token'
  let canAsk = false
  try {
    await client.signIn()
    if (!isDue) return 'not due'
    canAsk = true
    // Where tenants are known, the time and the calls of more tries are better spent on them.
    const asking = known.size > 0 ? client.guardedBy(twoTries) : client
    step = 'Sophos did not say whose credential this is'
    const identity = await whoAmI(asking, apiUrl)
    step = 'Sophos did not give the list of tenants'
    const list = await listTenants(asking, apiUrl, identity)
    if (!list.isComplete || list.pages === 1 || !lacksAnyOf(known, list)) return list
    return bothOf(list, await readAgain(() => listTenants(asking, apiUrl, identity)))
  } catch (error) {
    if (error instanceof OutOfBudgetError) {
      return { endedBy: 'budget', message: `${error.message}.`, canAsk }
    }
    // The pace is lowered by then, and the next run has room again; an alarm of its own counts 429s.
    if (isThrottled(error)) {
      return { endedBy: 'budget', message: 'Sophos answered 429: its rate limit is reached.', canAsk }
    }
    canAsk &&= !isRefusedToken(error)
    return { endedBy: 'failure', message: `${step}: ${explain(error)}`, canAsk }
  }
}

const twoTries: Guard = {
  tries: 2,
  refusal: () => undefined,
  claim: () => undefined,
  record: () => undefined,
}

const isRefusedToken = (error: unknown): boolean =>
  error instanceof CredentialsError || (error instanceof RefusedError && error.status === 401)

function lacksAnyOf(known: ReadonlyMap<string, unknown>, { tenants }: TenantList): boolean {
  const ids = new Set(tenants.map(({ id }) => id))
  return [...known.keys()].some(id => !ids.has(id))
}

/** Undefined if the list cannot be read again; then nobody leaves. */
async function readAgain(read: () => Promise<TenantList>): Promise<TenantList | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof CredentialsError) throw error
    return undefined
  }
}

/** All tenants of two readings of a list, the later one's first. */
function bothOf(first: TenantList, second: TenantList | undefined): TenantList {
  if (!second) return { ...first, isComplete: false }
  const ids = new Set(second.tenants.map(({ id }) => id))
  const tenants = [...second.tenants, ...first.tenants.filter(({ id }) => !ids.has(id))]
  return { ...second, tenants, isComplete: first.isComplete && second.isComplete }
}

function explain(error: unknown): string {
  if (error instanceof RefusedError) {
    const advice: Readonly<Record<number, string>> = {
      401: ' Check that the credential still exists in Sophos Central.',
      403: ' Check the role of the credential in Sophos Central: Service Principal ReadOnly is enough.',
    }
    const id = error.correlationId ? ` (correlation id ${error.correlationId})` : ''
    const words = error.message === `HTTP ${error.status}` ? '' : `, "${error.message}"`
    return `Sophos answered ${error.status}${words}${id}.${advice[error.status] ?? ''}`
  }
  if (error instanceof UnreachableError) return `${error.message}. Check the network and status.sophos.com.`
  return error instanceof Error ? error.message : String(error)
}

/** A tenant that is new in Sophos Central shows up after an hour at the latest. */
export const longestListAgeMs = 3_600_000

/**
 * How old the list may be while it cannot be read (ms). Until then a run that asked the tenants of the last list is a good
 * one; after that it counts as failed, so that somebody looks: a new tenant would go unseen for longer than a shift.
 */
export const longestWithoutListMs = 6 * 3_600_000

/**
 * Whether the tenants are to be listed anew. The list costs few calls while the budget reaches for all tenants anyway; where
 * it does not, those calls would be figures of tenants.
 */
export function isListDue(options: {
  listedAt: number | undefined
  tenants: number
  now: number
  /** A person asked for fresh figures. */
  isManual: boolean
  /** What the tightest window of the budget has left. */
  callsLeft: number
}): boolean {
  const { listedAt, tenants, now, isManual, callsLeft } = options
  if (listedAt === undefined || tenants === 0) return true
  const listCalls = callsToList(tenants)
  // Half a list is none; the tenants that are known can be asked all the same.
  if (callsLeft < listCalls + 1) return false
  return isManual || now - listedAt >= longestListAgeMs || callsLeft >= tenants + listCalls + 1
}
