import type { HttpRequest } from '../../lambda/sophos/transport.ts'
import { virtualClock } from '../virtual-clock.ts'
import { mostInWindow, virtualSophos } from '../virtual-sophos.ts'

export type CommunityFigures = {
  readonly tenants: number
  readonly seconds: number
  readonly lost: number
  readonly mostInAMinute: number
}

/**
 * Simulates the community script on the same simulator, in simulated time: one tenant after the other, 50 ms after each
 * call, no retry. A tenant with a failed call is not in its table.
 */
export async function measureCommunityWay(
  tenants: number,
  rateLimits: string,
  latencyMs: readonly [number, number],
): Promise<CommunityFigures> {
  const clock = virtualClock()
  const startedAt = clock.now()
  const specs = Array.from({ length: tenants }, () => ({ access: 'ok' as const }))
  const sophos = virtualSophos(clock, { tenants: specs, rateLimits, latencyMs })

  async function collect(): Promise<number> {
    const credentials =
      'grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret&scope=token'
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const signedIn = await call({
      method: 'POST',
      url: `${sophos.central.url}/api/v2/oauth2/token`,
      headers: form,
      body: credentials,
    })
    const authorization = `Bearer ${field(signedIn, 'access_token')}`
    const partner = { authorization, 'x-partner-id': sophos.central.accountId }
    for (let page = 1; page <= Math.ceil(tenants / 100); page++) {
      await call({
        method: 'GET',
        url: `${sophos.central.url}/partner/v1/tenants?pageSize=100&page=${page}`,
        headers: partner,
      })
    }
    let collected = 0
    for (const { id } of sophos.world.tenants) {
      const url = `${sophos.central.url}/detections/v1/queries/detections/counts?resolution=hour`
      if (await call({ method: 'GET', url, headers: { authorization, 'x-tenant-id': id } })) collected += 1
    }
    return collected
  }

  async function call(request: HttpRequest): Promise<string | undefined> {
    const { status, text } = await sophos.send(request)
    await clock.sleep(50)
    return status === 200 ? text : undefined
  }

  const collected = await clock.drive(collect())
  return {
    tenants,
    seconds: (clock.now() - startedAt) / 1_000,
    lost: tenants - collected,
    mostInAMinute: mostInWindow(sophos.received, 60_000),
  }
}

function field(json: string | undefined, name: string): string {
  const body: unknown = JSON.parse(json ?? '{}')
  return typeof body === 'object' && body !== null ? String(Reflect.get(body, name)) : ''
}
