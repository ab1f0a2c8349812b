import { askAll } from '../../lambda/asking/ask-all.ts'
import { type EndpointChange, openEndpoints } from '../../lambda/asking/endpoints.ts'
import { createAsker } from '../../lambda/datasets/detections/ask.ts'
import { detections } from '../../lambda/datasets/detections/detections.ts'
import type { Breakers } from '../../lambda/pacing/breaker.ts'
import { openGate } from '../../lambda/pacing/gate.ts'
import { fullPace } from '../../lambda/pacing/pace.ts'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { readSettings } from '../../lambda/settings.ts'
import { createClient } from '../../lambda/sophos/client.ts'
import { hostRule } from '../../lambda/sophos/hosts.ts'
import type { ListedTenant } from '../../lambda/sophos/tenants.ts'
import { neverAsked } from '../../lambda/tenants/merge.ts'
import type { Tenant } from '../../lambda/tenants/tenant.ts'
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
  const changes: EndpointChange[] = []
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
  const endpoints = openEndpoints({
    breakers: options.breakers ?? {},
    clock,
    onChange: change => changes.push(change),
  })
  const asker = createAsker({
    client,
    checkHost: hostRule('https://api.central.sophos.com'),
    endpoints,
    clock,
    deadline,
    room: () => gate.room(deadline),
    tenants: listed,
  })
  const known = new Map<string, Tenant>(listed.map(tenant => [tenant.id, { ...neverAsked, ...tenant }]))
  const collectedAt = new Map<string, number>()
  const asked = new Set<string>()
  const settings = readSettings({
    ...{ SOPHOS_SECRET_ARN: 'secret', DATA_BUCKET: 'data', SOPHOS_RATE_LIMITS: limits },
  })
  const deadlines = { lastCallAt: deadline, requestTimeoutMs: 30_000 }
  const collect = () =>
    clock.drive(
      askAll({ settings, clock, deadlines, trigger: 'schedule' }, [detections], {
        ...{ client, endpoints, gate },
        tenants: () => [...known.values()],
        onAnswer(id, _, answer) {
          const tenant = known.get(id)
          asked.add(id)
          if (tenant) known.set(id, answer.mergeInto(tenant))
          if (answer.status === 'ok') collectedAt.set(id, clock.now() - startedAt)
        },
      }),
    )
  /** The tenants that were asked, as they are known then. */
  const outcomes = () => new Map([...known].filter(([id]) => asked.has(id)))
  return {
    clock,
    sophos,
    listed,
    asker,
    endpoints,
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
