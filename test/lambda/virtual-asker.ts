import type { Breakers } from '../../lambda/asking/breaker.ts'
import { type GuardChange, openGuards } from '../../lambda/asking/endpoints.ts'
import { collectInRounds } from '../../lambda/asking/rounds.ts'
import { createAsker } from '../../lambda/datasets/detections/ask.ts'
import { openGate } from '../../lambda/pacing/gate.ts'
import { fullPace } from '../../lambda/pacing/pace.ts'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { createClient } from '../../lambda/sophos/client.ts'
import { hostRule } from '../../lambda/sophos/hosts.ts'
import type { ListedTenant } from '../../lambda/sophos/tenants.ts'
import type { Outcome } from '../../lambda/tenants/tenant.ts'
import { apiHostOf } from '../../local/simulator/central.ts'
import type { TenantSpec } from '../../local/simulator/tenants.ts'
import { virtualClock } from '../virtual-clock.ts'
import { virtualSophos } from '../virtual-sophos.ts'

/** One run's asking, from the gate to the rounds, against the simulator in simulated time. */
export function virtualAsker(options: {
  tenants: readonly TenantSpec[]
  limits?: string
  /** Where it is another one than the client's. */
  serverLimits?: string
  latencyMs?: readonly [number, number]
  breakers?: Breakers
  clock?: ReturnType<typeof virtualClock>
  minutes?: number
}) {
  const { clock = virtualClock(), limits = '10/s 100/m 1000/h', tenants } = options
  const startedAt = clock.now()
  const deadline = startedAt + (options.minutes ?? 15) * 60_000
  const sophos = virtualSophos(clock, {
    tenants,
    rateLimits: options.serverLimits ?? limits,
    latencyMs: options.latencyMs ?? [50, 400],
    apiHosts: 'regions',
  })
  const listed = sophos.world.tenants.map(
    (tenant): ListedTenant => ({
      id: tenant.id,
      name: tenant.name,
      region: tenant.region,
      apiHost: apiHostOf(sophos.central, tenant),
    }),
  )
  const log: string[] = []
  const changes: GuardChange[] = []
  const gate = openGate({
    windows: parseRateWindows(limits),
    earlierCalls: [],
    earlierPace: fullPace,
    clock,
    deadline: () => ({ at: deadline }),
    onWait: () => undefined,
    onPace: ({ text }) => log.push(text),
  })
  const calls: { endpoint: string; region: string | undefined; at: number }[] = []
  const client = createClient({
    gate,
    clock,
    deadline,
    random: () => 0.5,
    idUrl: 'https://id.sophos.com',
    readCredentials: async () => ({ clientId: 'demo-client', clientSecret: 'demo-secret' }),
    onRetry: () => undefined,
    send: request => {
      const { pathname } = new URL(request.url)
      const region = /^\/region\/([^/]+)/.exec(pathname)?.[1]
      const endpoint = pathname.endsWith('/counts') ? 'counts' : region ? 'query' : 'token'
      calls.push({ endpoint, region, at: clock.now() })
      return sophos.send(request)
    },
  })
  const guards = openGuards({
    breakers: options.breakers ?? {},
    clock,
    onChange: change => changes.push(change),
  })
  const asker = createAsker({
    client,
    checkHost: hostRule('https://api.central.sophos.com'),
    guards,
    clock,
    deadline,
    room: () => gate.room(deadline),
    tenants: listed,
  })
  const outcomes = new Map<string, Outcome>()
  const collectedAt = new Map<string, number>()
  const collect = (order: readonly ListedTenant[] = listed) =>
    clock.drive(
      collectInRounds(order, {
        asker,
        guards,
        clock,
        deadline,
        onOutcome: ({ id }, outcome) => {
          outcomes.set(id, outcome)
          if (outcome.status === 'ok') collectedAt.set(id, clock.now() - startedAt)
        },
      }),
    )
  return {
    clock,
    sophos,
    listed,
    asker,
    guards,
    gate,
    client,
    collect,
    outcomes,
    collectedAt,
    calls,
    changes,
    log,
  }
}
