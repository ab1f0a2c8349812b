import { endsTheRun } from '../asking/outcome.ts'
import type { Clock } from '../clock.ts'
import type { ApiRequest, SophosClient } from '../sophos/client.ts'
import { hourMs } from '../sophos/detections.ts'
import { hostRule } from '../sophos/hosts.ts'
import type { Identity } from '../sophos/identity.ts'
import { isUsableId } from '../sophos/ids.ts'
import { type AccountApi, type Api, type ApiId, accountApis, tenantApis } from './catalogue.ts'
import { openFailureGuards } from './failure-guards.ts'
import { type Answers, classify, type Evidence } from './finding.ts'
import type { Candidate } from './sample.ts'
import { checkShape } from './shapes.ts'

/** Enough that one tenant's timeout does not hold up the others. The rate limits set the speed. */
const workers = 4

/** The answers of the account, those of each tenant by its id, and why it ended early, if it did. */
type Examination = {
  readonly account: Answers
  readonly tenants: ReadonlyMap<string, Answers>
  readonly endedBy: string | undefined
}

/**
 * Asks every API of the account, and every API of each tenant. Leaves a 403 as `forbidden`. Ends early after a call that
 * was answered 429 on every try: the limit is shared, and the collector needs it more.
 */
export async function examine(options: {
  client: SophosClient
  clock: Clock
  apiUrl: string
  identity: Identity
  tenants: readonly Candidate[]
  /** Called after each tenant. */
  onExamined: (examined: number) => void
}): Promise<Examination> {
  const { client, clock, apiUrl, identity } = options
  const guards = openFailureGuards()
  const checkHost = hostRule(apiUrl)
  let endedBy: string | undefined

  async function ask(api: Api, request: ApiRequest, tenantId: string): Promise<Evidence> {
    if (endedBy) return { finding: 'not_tried', at: clock.now(), message: endedBy }
    try {
      const guarded = client.guardedBy(guards.of(request.host, api.id))
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
        endedBy ??= 'Sophos answered 429 on every try.'
      }
      return evidence
    }
  }

  async function askTenant(tenant: Candidate): Promise<Answers> {
    const answers = new Map<ApiId, Evidence>()
    const cannotAsk = whyNotAsked(tenant, checkHost, clock.now())
    for (const api of tenantApis) {
      const query = 'query' in api ? { query: api.query } : {}
      const headers = { [api.header]: tenant.id }
      const request = () => ({ host: checkHost(tenant.apiHost ?? ''), path: api.path, headers, ...query })
      answers.set(api.id, cannotAsk ?? (await ask(api, request(), tenant.id)))
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

/** Returns why a tenant cannot be asked, or undefined. */
function whyNotAsked(
  { id, apiHost }: Candidate,
  checkHost: (given: string) => string,
  at: number,
): Evidence | undefined {
  if (!isUsableId(id)) {
    return { finding: 'unknown_shape', at, message: 'The tenant list gives it no id that can be sent.' }
  }
  if (!apiHost) return { finding: 'not_activated', at, message: 'The tenant list names no apiHost.' }
  try {
    checkHost(apiHost)
    return undefined
  } catch (error) {
    return classify(error, at)
  }
}

/** The shortest useful query: it is started only to see whether that is allowed. */
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
