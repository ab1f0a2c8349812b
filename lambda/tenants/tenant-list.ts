import { OutOfBudgetError } from '../pacing/gate.ts'
import type { SophosClient } from '../sophos/client.ts'
import { RefusedError, UnreachableError } from '../sophos/errors.ts'
import { whoAmI } from '../sophos/identity.ts'
import { isThrottled } from '../sophos/retry.ts'
import { callsToList, listTenants, type TenantList } from '../sophos/tenants.ts'

/** Why there is no list: the budget is spent (which passes), or a step failed. `message` is for people. */
export type NoList = { readonly endedBy: 'budget' | 'failure'; readonly message: string }

/**
 * Token, whoami, all pages of the listing; only the token where the list is not due. What goes wrong on the way becomes a
 * sentence that says what to do.
 */
export async function fetchTenantList(
  client: SophosClient,
  apiUrl: string,
  isDue: boolean,
): Promise<TenantList | 'not due' | NoList> {
  let step = 'Sophos gave no token'
  try {
    await client.signIn()
    if (!isDue) return 'not due'
    step = 'Sophos did not say whose credential this is'
    const identity = await whoAmI(client, apiUrl)
    step = 'Sophos did not give the list of tenants'
    return await listTenants(client, apiUrl, identity)
  } catch (error) {
    if (error instanceof OutOfBudgetError) {
      return { endedBy: 'budget', message: `${error.message}.` }
    }
    // The pace is lowered by then, and the next run has room again; an alarm of its own counts 429s.
    if (isThrottled(error)) {
      return { endedBy: 'budget', message: 'Sophos answered 429: its rate limit is reached.' }
    }
    return { endedBy: 'failure', message: `${step}: ${explain(error)}` }
  }
}

function explain(error: unknown): string {
  if (error instanceof RefusedError) {
    const advice: Readonly<Record<number, string>> = {
      401: ' Check that the credential still exists in Sophos Central.',
      403: ' Check the role of the credential in Sophos Central: Service Principal ReadOnly is enough.',
    }
    const id = error.correlationId ? ` (correlation id ${error.correlationId})` : ''
    return `Sophos answered ${error.status}, "${error.message}"${id}.${advice[error.status] ?? ''}`
  }
  if (error instanceof UnreachableError) return `${error.message}. Check the network and status.sophos.com.`
  return error instanceof Error ? error.message : String(error)
}

/** A tenant that is new in Sophos Central shows up after an hour at the latest. */
export const longestListAgeMs = 3_600_000

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
