import type { Clock } from '../../lambda/clock.ts'
import { openGate } from '../../lambda/pacing/gate.ts'
import { fullPace } from '../../lambda/pacing/pace.ts'
import type { Settings } from '../../lambda/settings.ts'
import { createClient } from '../../lambda/sophos/client.ts'
import { RefusedError } from '../../lambda/sophos/errors.ts'
import { type Identity, whoAmI } from '../../lambda/sophos/identity.ts'
import { type ListedTenant, listTenants } from '../../lambda/sophos/tenants.ts'
import type { Credentials } from '../../lambda/sophos/token.ts'
import type { Transport } from '../../lambda/sophos/transport.ts'

/** The account that the credentials belong to, and the tenants that they can read. */
export type Checked = { readonly identity: Identity; readonly tenants: readonly ListedTenant[] }

/** Longer than it takes to list several thousand tenants. */
const patienceMs = 120_000

/**
 * Makes the first calls of a run with the collector's own client: a token, whoami, all pages of the tenant list. Throws
 * an error that names the step that failed, and why. The error contains neither the secret nor a token.
 */
export async function checkCredentials(
  credentials: Credentials,
  context: {
    readonly settings: Pick<Settings, 'idUrl' | 'apiUrl' | 'rateLimits'>
    readonly send: Transport
    readonly clock: Clock
    readonly random: () => number
  },
): Promise<Checked> {
  const { settings, clock, send, random } = context
  const deadline = clock.now() + patienceMs
  const nothing = () => undefined
  const client = createClient({
    send,
    clock,
    random,
    deadline,
    gate: openGate({
      windows: settings.rateLimits,
      earlierCalls: [],
      earlierPace: fullPace,
      clock,
      deadline: () => ({ at: deadline }),
      onWait: nothing,
      onPace: nothing,
    }),
    idUrl: settings.idUrl,
    readCredentials: async () => credentials,
    onRetry: nothing,
  })
  await at('Sophos gave no token', client.signIn())
  const identity = await at('Sophos did not identify the credentials', whoAmI(client, settings.apiUrl))
  const { tenants } = await at(
    `The credentials belong to the ${identity.idType} ${identity.id}, but its tenants could not be listed`,
    listTenants(client, settings.apiUrl, identity),
  )
  return { identity, tenants }
}

async function at<T>(step: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const isForbidden = cause instanceof RefusedError && cause.status === 403
    const advice = isForbidden
      ? ' Check the role of the credential: Service Principal ReadOnly is enough.'
      : ''
    throw new Error(`${step}: ${why}${advice}`, { cause })
  }
}

/** Names of this many tenants are printed, enough for the operator to recognize the account. */
const mostNamed = 3

export function formatChecked({ identity, tenants }: Checked): string {
  const names = tenants.slice(0, mostNamed).map(({ name }) => name)
  const more = tenants.length > names.length ? `, and ${tenants.length - names.length} more` : ''
  const list = identity.idType === 'tenant' || names.length === 0 ? '' : `: ${names.join(', ')}${more}`
  return [
    `The credentials work. They belong to the ${identity.idType} ${identity.id} and can read ` +
      `${tenants.length} tenant${tenants.length === 1 ? '' : 's'}${list}.`,
    'The API does not show their role. Service Principal ReadOnly is enough.',
  ].join('\n')
}
