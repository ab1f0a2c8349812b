import { endsTheRun } from '../asking/outcome.ts'
import type { Clock } from '../clock.ts'
import type { ApiRequest, SophosClient } from '../sophos/client.ts'
import { hourMs } from '../sophos/detections.ts'
import { hostRule } from '../sophos/hosts.ts'
import type { Identity } from '../sophos/identity.ts'
import { type AccountApi, type Api, type ApiId, accountApis, tenantApis } from './catalogue.ts'
import { classify, type Evidence } from './finding.ts'
import type { Candidate } from './sample.ts'
import { checkShape } from './shapes.ts'
import type { Answers } from './tell-apart.ts'
import { startWatch } from './watch.ts'

/** Enough for one tenant's time-out not to hold up the others; the rate limits are what decides. */
const workers = 4

/** What each tenant answered, by its id, and why not everything was asked, if it was not. */
export type Examination = {
  readonly account: Answers
  readonly tenants: ReadonlyMap<string, Answers>
  readonly endedBy: string | undefined
}

/**
 * Asks every API of the account, and every API of each tenant. A 403 is left as `forbidden`. After a 429 that outlasts
 * every try nothing more is asked: the limit is everybody's, and the collector needs it more.
 */
export async function examine(options: {
  client: SophosClient
  clock: Clock
  apiUrl: string
  identity: Identity
  tenants: readonly Candidate[]
  /** Told after each tenant. */
  onExamined: (examined: number) => void
}): Promise<Examination> {
  const { client, clock, apiUrl, identity } = options
  const watch = startWatch()
  const checkHost = hostRule(apiUrl)
  let endedBy: string | undefined

  async function ask(api: Api, request: ApiRequest, tenantId: string): Promise<Evidence> {
    if (endedBy) return { finding: 'not_tried', at: clock.now(), message: endedBy }
    try {
      const guarded = client.guardedBy(watch.of(request.host, api.id))
      const body = await (api.method === 'POST'
        ? guarded.post(request, lastHour(clock.now()))
        : guarded.get(request))
      checkShape(api.id, body, { tenantId, now: clock.now() })
      return { finding: 'works', at: clock.now() }
    } catch (error) {
      if (endsTheRun(error)) {
        endedBy ??= error.message
        return { finding: 'not_tried', at: clock.now(), message: error.message }
      }
      const evidence = classify(error, clock.now())
      if (evidence.finding === 'throttled') {
        endedBy ??= 'Sophos answered 429 through every try, so nothing more was asked.'
      }
      return evidence
    }
  }

  async function askTenant(tenant: Candidate): Promise<Answers> {
    const answers = new Map<ApiId, Evidence>()
    const unasked = unaskable(tenant, checkHost, clock.now())
    for (const api of tenantApis) {
      const query = 'query' in api ? { query: api.query } : {}
      const headers = { [api.header]: tenant.id }
      const request = () => ({ host: checkHost(tenant.apiHost ?? ''), path: api.path, headers, ...query })
      answers.set(api.id, unasked ?? (await ask(api, request(), tenant.id)))
    }
    return answers
  }

  const account = new Map<ApiId, Evidence>()
  for (const api of identity.idType === 'partner' ? accountApis : []) {
    const path = fillIn(api, clock.now())
    account.set(api.id, await ask(api, { host: apiUrl, path, headers: { [api.header]: identity.id } }, ''))
  }

  const found = new Map<string, Answers>()
  const waiting = options.tenants.values()
  async function work(): Promise<void> {
    for (const tenant of waiting) {
      found.set(tenant.id, await askTenant(tenant))
      options.onExamined(found.size)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return { account, tenants: found, endedBy }
}

/** Why nobody can be asked about a tenant, or undefined. */
function unaskable(
  { apiHost }: Candidate,
  checkHost: (given: string) => string,
  at: number,
): Evidence | undefined {
  if (!apiHost) return { finding: 'not_activated', at, message: 'The listing names no apiHost.' }
  try {
    checkHost(apiHost)
    return undefined
  } catch (error) {
    return classify(error, at)
  }
}

/** The question of a run that is started to see whether it may be: the shortest there is a use for. */
const lastHour = (now: number) => ({
  from: new Date(now - hourMs).toISOString(),
  to: new Date(now).toISOString(),
})

function fillIn({ path }: AccountApi, now: number): string {
  const month = new Date(now)
  month.setUTCDate(0)
  return path
    .replace(':year', String(month.getUTCFullYear()))
    .replace(':month', String(month.getUTCMonth() + 1))
}
