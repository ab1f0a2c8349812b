import { startClock } from '../lambda/clock.ts'
import { openGate } from '../lambda/pacing/gate.ts'
import { fullPace } from '../lambda/pacing/pace.ts'
import { readSettings } from '../lambda/settings.ts'
import { createClient, type SophosClient } from '../lambda/sophos/client.ts'
import { httpTransport } from '../lambda/sophos/transport.ts'
import { startSimulator } from './simulator/server.ts'

/** What a probe needs, and what it talks to in a sentence. */
export type ProbeConnection = {
  readonly client: SophosClient
  readonly apiUrl: string
  readonly fusionUrl: string
  readonly now: () => number
  readonly said: string
  close(): Promise<void>
}

const requestTimeoutMs = 30_000

/** A client for the real Sophos where the environment holds credentials, else for a simulated one. */
export async function connectForProbe(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ProbeConnection> {
  const { SOPHOS_CLIENT_ID: clientId, SOPHOS_CLIENT_SECRET: clientSecret } = environment
  if (Boolean(clientId) !== Boolean(clientSecret)) {
    throw new Error(
      'Only one of SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET is set. Set both, or none for a simulation.',
    )
  }
  if (clientId && clientSecret) {
    const said = 'This asks the real Sophos, read-only.'
    return { ...connect(environment, { clientId, clientSecret }), said, close: async () => undefined }
  }
  const movedAt = Date.now() - 7 * 86_400_000
  const simulator = await startSimulator({ tenants: [{ movedAt, detectionsPerDay: 400 }, { movedAt }, 6] })
  const local = { ...environment, SOPHOS_ID_URL: simulator.url, SOPHOS_API_URL: simulator.url }
  const credentials = { clientId: 'demo-client', clientSecret: 'demo-secret' }
  return {
    ...connect(local, credentials),
    said: 'This asks a simulation and proves nothing; set SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET for the real Sophos.',
    close: simulator.close,
  }
}

function connect(
  environment: Readonly<Record<string, string | undefined>>,
  credentials: { readonly clientId: string; readonly clientSecret: string },
) {
  const settings = readSettings({ ...environment, SOPHOS_SECRET_ARN: 'none', DATA_BUCKET: 'none' })
  const clock = startClock()
  const deadline = clock.now() + 600_000
  const gate = openGate({
    windows: settings.rateLimits,
    earlierCalls: [],
    earlierPace: fullPace,
    clock,
    deadline: () => ({ at: deadline }),
    onWait: () => undefined,
    onPace: () => undefined,
  })
  const client = createClient({
    send: httpTransport(requestTimeoutMs),
    gate,
    clock,
    random: Math.random,
    deadline,
    idUrl: settings.idUrl,
    readCredentials: async () => credentials,
    onRetry: () => undefined,
  })
  return { client, apiUrl: settings.apiUrl, fusionUrl: settings.fusion.url, now: clock.now }
}
