import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Transport } from '../../lambda/sophos/transport.ts'
import { forLog, forTerminal, toPlainJson } from '../../lambda/text/exits.ts'
import { toMarkdown } from '../../local/doctor/markdown.ts'
import { toTerminal } from '../../local/doctor/table.ts'
import { probeFusion } from '../../local/fusion/probe.ts'
import type { memoryStore } from '../memory-store.ts'
import { virtualInstallation } from '../virtual-installation.ts'
import { virtualDoctor } from './doctor/virtual-doctor.ts'
import { echoing, leaks, type Plan, writings } from './echo.ts'

const plans = fc.record({
  writing: fc.constantFrom(...Object.keys(writings)),
  cut: fc.oneof(
    fc.constant([0, 1] as const),
    fc
      .double({ min: 0.3, max: 0.7, noNaN: true })
      .chain(at => fc.constantFrom([0, at] as const, [at, 1] as const)),
  ),
  kinds: fc.array(fc.constantFrom('good', 'fields', 'keys', 'error', 'bare', 'text', 'graphql'), {
    minLength: 3,
    maxLength: 12,
  }),
  status: fc.constantFrom(400, 401, 403, 404, 422, 429, 500, 503),
}) satisfies fc.Arbitrary<Plan>

const credentials = fc.record({
  clientId: fc.uuid(),
  clientSecret: fc.stringMatching(/^[A-Za-z0-9+/=_~.%&"\\-]{40,60}$/),
})

/** Notes every token that is sent, so that the test knows it. */
function noting(secrets: string[], through: (send: Transport) => Transport): (send: Transport) => Transport {
  return send => {
    const behind = through(send)
    return async request => {
      const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
      if (token && !secrets.includes(token)) secrets.push(token)
      return behind(request)
    }
  }
}

function everythingIn(bucket: ReturnType<typeof memoryStore>): Promise<string[]> {
  return Promise.all(
    bucket.keys().map(async key => {
      const bytes = (await bucket.read(key))?.bytes ?? new Uint8Array()
      return `${key} ${new TextDecoder().decode(key.endsWith('.gz') ? gunzipSync(bytes) : bytes)}`
    }),
  )
}

const failure = (error: unknown) => ({
  failed: error instanceof Error ? `${error.stack} ${error.message}` : error,
})

describe('what the other side repeats of the secrets', () => {
  it('is in nothing that a run writes, logs, announces or throws', async () => {
    await fc.assert(
      fc.asyncProperty(plans, credentials, async (plan, { clientId, clientSecret }) => {
        const secrets = [clientId, clientSecret]
        const events: unknown[] = []
        let earlier = secrets.length
        const here = virtualInstallation({
          simulator: { tenants: 4, rateLimits: '1000/m', clientId, clientSecret },
          // No server repeats a token of an earlier run, and this run would not know it.
          through: noting(
            secrets,
            echoing(plan, () => [clientId, clientSecret, ...secrets.slice(earlier)]),
          ),
          bus: async event => void events.push(event),
        })
        const outcomes = []
        for (let runs = 0; runs < 3; runs += 1) {
          earlier = secrets.length
          outcomes.push(await here.run().catch(failure))
          await here.pass(900_000)
        }
        const left = [
          JSON.stringify(outcomes),
          JSON.stringify(here.facts, forLog),
          toPlainJson(events),
          ...(await everythingIn(here.bucket)),
        ]
        expect(leaks(left.join('\n'), secrets)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it("is in no part of the doctor's report, nor in what it says of Sophos Fusion", async () => {
    await fc.assert(
      fc.asyncProperty(plans, credentials, async (plan, { clientId, clientSecret }) => {
        const secrets = [clientId, clientSecret]
        let fusion: unknown
        const here = virtualDoctor({
          tenants: 3,
          ...{ clientId, clientSecret },
          through: noting(
            secrets,
            echoing(plan, () => secrets),
          ),
          askMore: async client => {
            const options = { client, apiUrl, fusionUrl: `${apiUrl}/graphql`, now: here.clock.now }
            fusion = await probeFusion(options).catch(failure)
          },
        })
        const report = await here.report()
        const left = [
          toPlainJson(report),
          toMarkdown(report),
          forTerminal(toTerminal(report)),
          JSON.stringify([fusion, ...here.facts], forLog),
          JSON.stringify(fusion ?? ''),
        ]
        expect(leaks(left.join('\n'), secrets)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})

const apiUrl = 'https://api.central.sophos.com'
