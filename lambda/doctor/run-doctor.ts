import type { WorkContext } from '../context.ts'
import { readMoved } from '../fusion/guard/register.ts'
import type { Gate } from '../pacing/gate.ts'
import { startHeartbeat } from '../run/heartbeat.ts'
import { holdLease } from '../run/hold-lease.ts'
import type { LeaseTaken } from '../run/lease.ts'
import { createClient, type SophosClient } from '../sophos/client.ts'
import { readState } from '../state/stored-state.ts'
import { checkCredential } from './check-credential.ts'
import { composeReport, type DoctorRun } from './compose.ts'
import { examine } from './examine.ts'
import { explainRefusals, markDoubtful, refusalsAsNoPermission } from './explain-refusals.ts'
import { recordTokenLife } from './record-token-life.ts'
import type { SourceReport } from './report.ts'
import { chooseTenants } from './sample.ts'
import { findSilentTenants } from './silent-tenants.ts'

export type DoctorContext = WorkContext & {
  /** How many tenants of each region and status, or all of them. */
  readonly sample: number | 'all'
  /** Called before the first tenant and after each. */
  readonly onProgress: (examined: number, chosen: number) => void
  /** Called at the end, with the same client, lease and limits, unless something ended the run early. */
  readonly askMore?: (client: SophosClient) => Promise<void>
}

const heartbeatMs = 30_000

/**
 * Runs the doctor under the source's lease, so that its calls and the collector's share one budget and never overlap.
 * Returns the report, or who holds the lease if it is taken.
 */
export function runDoctor(context: DoctorContext): Promise<SourceReport | LeaseTaken> {
  const { clock, log, sample } = context
  const worker = { worker: 'doctor', timeIsUp: "The doctor's time is up", sample } as const
  return holdLease(context, worker, async (lease, gate) => {
    const heartbeat = startHeartbeat(clock, heartbeatMs, () =>
      lease
        .renew({ calls: gate.remembered(), pace: gate.pace() })
        .catch((error: unknown) => log.warn('the heartbeat failed', { error })),
    )
    try {
      return await examineCredential(context, gate)
    } finally {
      await heartbeat.stop()
    }
  })
}

/** Checks the credential, then examines the tenants it can see. Returns the report. */
async function examineCredential(context: DoctorContext, gate: Gate): Promise<SourceReport> {
  const { settings, store, clock, log, sample } = context
  const startedAt = clock.now()
  const tokenLife = recordTokenLife(context.send, settings.idUrl)
  const client = createClient({
    send: tokenLife.send,
    gate,
    clock,
    random: context.random,
    readCredentials: context.readCredentials,
    deadline: context.deadlines.lastCallAt,
    idUrl: settings.idUrl,
    onRetry: retry => log.info('asking again', retry),
  })
  const credential = await checkCredential(client, settings.apiUrl, clock)

  const report = (found: Pick<DoctorRun, 'account' | 'examined' | 'endedBy'>) =>
    composeReport({
      ...found,
      source: settings.source,
      version: context.version,
      demo: settings.demo,
      scope: sample === 'all' ? 'all' : 'sample',
      startedAt,
      endedAt: clock.now(),
      credential,
      tokenLifeSeconds: tokenLife.seconds(),
      calls: { ...client.calls },
    })
  const { identity, list } = credential
  if (!identity || !list) return report({ account: new Map(), examined: [], endedBy: undefined })

  const statuses = await lastStatuses(context)
  const moved = await readMoved(store, log)
  const silent = await findSilentTenants(store, settings.source, clock.now(), log)
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
  const explained = explainRefusals(tenants)
  const examined = chosen.map(tenant => {
    const answers = explained.get(tenant.id) ?? new Map()
    const movedAt = moved.get(tenant.id)
    const silence = silent.get(tenant.id)
    if (movedAt !== undefined) {
      const day = new Date(movedAt).toISOString().slice(0, 10)
      return { tenant, answers: markDoubtful(answers, 'moved', `The move was noticed on ${day}.`) }
    }
    return { tenant, answers: silence ? markDoubtful(answers, 'stale', silence) : answers }
  })
  if (!endedBy) await context.askMore?.(client)
  return report({ account: refusalsAsNoPermission(account), examined, endedBy })
}

/** Returns each tenant's status after the last collection; nothing if the state cannot be read. */
async function lastStatuses({ store, settings, clock, log }: DoctorContext): Promise<Map<string, string>> {
  try {
    const { state } = await readState(store, settings.source, clock.now())
    return new Map(state.tenants.map(({ id, status }) => [id, status]))
  } catch (error) {
    log.warn('the state cannot be read; the doctor goes on without it', { error })
    return new Map()
  }
}
