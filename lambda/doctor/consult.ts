import { readMoved } from '../fusion/guard/register.ts'
import type { Gate } from '../pacing/gate.ts'
import { createClient } from '../sophos/client.ts'
import { readState } from '../state/stored-state.ts'
import { composeReport, type Visit } from './compose.ts'
import { examine } from './examine.ts'
import { SecretError } from './finding.ts'
import { introduce } from './introduce.ts'
import { readPastDays } from './past-days.ts'
import type { SourceReport } from './report.ts'
import { chooseTenants } from './sample.ts'
import { fellSilent } from './stale.ts'
import { asOfNobody, doubt, tellApart } from './tell-apart.ts'
import { hearTokenLife } from './token-life.ts'
import type { VisitContext } from './visit.ts'

/** What a visit does while it holds the lease: who is this, whom does it see, what does each of them answer. */
export async function consult(context: VisitContext, gate: Gate): Promise<SourceReport> {
  const { settings, clock, log, sample } = context
  const startedAt = clock.now()
  const life = hearTokenLife(context.send, settings.idUrl)
  const client = createClient({
    send: life.send,
    gate,
    clock,
    random: context.random,
    readCredentials: () =>
      context.readCredentials().catch((cause: unknown) => {
        throw new SecretError(cause instanceof Error ? cause.message : String(cause), { cause })
      }),
    deadline: context.deadlines.lastCallAt,
    idUrl: settings.idUrl,
    onRetry: retry => log.info('asking again', retry),
  })
  const introduction = await introduce(client, settings.apiUrl, clock)

  const report = (found: Pick<Visit, 'account' | 'examined' | 'endedBy'>) =>
    composeReport({
      ...found,
      source: settings.source,
      version: context.version,
      demo: settings.demo,
      scope: sample === 'all' ? 'all' : 'sample',
      startedAt,
      endedAt: clock.now(),
      introduction,
      tokenLifeSeconds: life.seconds(),
      calls: { ...client.calls },
    })
  const { identity, list } = introduction
  if (!identity || !list) return report({ account: new Map(), examined: [], endedBy: undefined })

  const statuses = await lastStatuses(context)
  const moved = await readMoved(context.store, log)
  const silent = await silentTenants(context)
  const candidates = list.tenants.map(tenant => ({
    ...tenant,
    status: tenant.apiHost ? (statuses.get(tenant.id) ?? 'listed') : 'inactive',
  }))
  const chosen = chooseTenants(candidates, sample, silent)
  context.onProgress(0, chosen.length)
  const { account, tenants, endedBy } = await examine({
    client,
    clock,
    apiUrl: settings.apiUrl,
    identity,
    tenants: chosen,
    onExamined: examined => context.onProgress(examined, chosen.length),
  })
  const told = tellApart(tenants)
  const examined = chosen.map(tenant => {
    const answers = told.get(tenant.id) ?? new Map()
    const foundOut = moved.get(tenant.id)
    const isSilent = silent.get(tenant.id)
    if (foundOut !== undefined) {
      const day = new Date(foundOut).toISOString().slice(0, 10)
      return { tenant, answers: doubt(answers, 'moved', `That was found out on ${day}.`) }
    }
    return { tenant, answers: isSilent ? doubt(answers, 'stale', isSilent) : answers }
  })
  if (!endedBy) await context.askMore?.(client)
  return report({ account: asOfNobody(account), examined, endedBy })
}

/** What the last collection came to, by tenant. The doctor does without, where that cannot be read. */
async function lastStatuses({ store, settings, log }: VisitContext): Promise<Map<string, string>> {
  try {
    const { state } = await readState(store, settings.source)
    return new Map(state.tenants.map(({ id, status }) => [id, status]))
  } catch (error) {
    log.warn('the state cannot be read; the doctor does without it', { error })
    return new Map()
  }
}

/** Why the counts of a tenant are to be doubted, by tenant. */
async function silentTenants({ store, settings, clock, log }: VisitContext): Promise<Map<string, string>> {
  const past = await readPastDays(store, settings.source, clock.now(), log)
  return new Map(
    [...past].flatMap(([id, days]) => {
      const said = fellSilent(days)
      return said ? [[id, said] as const] : []
    }),
  )
}
