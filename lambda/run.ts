import type { Clock } from './clock.ts'
import { collect } from './collect.ts'
import type { Deadlines } from './deadlines.ts'
import type { Log } from './log.ts'
import { merge } from './merge.ts'
import { inOrderOfNeed } from './order.ts'
import { askForCounts } from './outcome.ts'
import { openGate } from './pacing/gate.ts'
import { packCalls, unpackCalls } from './pacing/remembered-calls.ts'
import { concludeRun, concludeWithoutList } from './publish/message.ts'
import { publishCsv, publishStatus } from './publish/publish.ts'
import type { RunReport } from './publish/status.ts'
import type { Settings } from './settings.ts'
import { createClient } from './sophos/client.ts'
import { hostRule } from './sophos/hosts.ts'
import type { Credentials } from './sophos/token.ts'
import type { Transport } from './sophos/transport.ts'
import { readState, writeState } from './state.ts'
import type { Store } from './store.ts'
import type { Tenant } from './tenant.ts'
import { fetchTenantList } from './tenant-list.ts'

/** Everything from outside that a run touches, and what it is told. */
export type RunContext = {
  readonly settings: Settings
  readonly version: string
  readonly trigger: RunReport['trigger']
  readonly deadlines: Deadlines
  readonly clock: Clock
  readonly random: () => number
  readonly send: Transport
  readonly store: Store
  readonly readCredentials: () => Promise<Credentials>
  readonly log: Log
}

/** How a run went, and the tenants as they are published. */
export type RunOutcome = { readonly report: RunReport; readonly tenants: readonly Tenant[] }

/**
 * One run: takes up the state, lists the tenants, asks about those that need it most, publishes, and leaves its state to
 * the next run. A run without a token or a list publishes why, and leaves the rows as they are. Whether the invocation
 * fails is for the caller to decide, by the report's `result`.
 */
export async function run(context: RunContext): Promise<RunOutcome> {
  const { settings, clock, store, log } = context
  const startedAt = clock.now()
  log.info('run started', { source: settings.source, trigger: context.trigger })
  const stateKey = `state/${settings.source}.json`
  const state = await readState(store, stateKey, log)
  const before = new Map(state.tenants.map(tenant => [tenant.id, tenant]))

  const gate = openGate({
    windows: settings.rateLimits,
    earlierCalls: unpackCalls(state.calls),
    clock,
    deadline: context.deadlines.lastCallAt,
    onWait: wait => log.info('waiting for the rate limit', wait),
  })
  const client = createClient({
    send: context.send,
    gate,
    clock,
    random: context.random,
    deadline: context.deadlines.lastCallAt,
    idUrl: settings.idUrl,
    readCredentials: context.readCredentials,
    onRetry: retry => log.warn('asking again', retry),
  })

  const conclude = (conclusion: Pick<RunReport, 'result' | 'message'>): RunReport => ({
    ...conclusion,
    source: settings.source,
    startedAt,
    endedAt: clock.now(),
    trigger: context.trigger,
    calls: { ...client.calls },
    budget: gate.left(),
    nextRunAt: startedAt + settings.refreshIntervalMs,
  })

  const list = await fetchTenantList(client, settings.apiUrl)
  let tenants = state.tenants
  let report: RunReport
  if ('listed' in list) {
    log.info('tenants listed', { tenants: list.listed.length })
    const ask = askForCounts(client, hostRule(settings.apiUrl), clock)
    const { outcomes, endedBy } = await collect(
      inOrderOfNeed(list.listed, before),
      ask,
      ({ id }, { status }) => log.debug('tenant asked', { tenant: id, status }),
    )
    tenants = merge(list.listed, before, outcomes)
    report = conclude(
      concludeRun({ tenants, outcomes, durationMs: clock.now() - startedAt, endedBy: endedBy?.message }),
    )
    await publishCsv(store, tenants)
  } else {
    report = conclude(concludeWithoutList(list))
  }

  await publishStatus(store, { report, tenants, settings, version: context.version, writtenAt: clock.now() })
  await writeState(store, stateKey, { calls: packCalls(gate.remembered(), clock.now()), tenants })
  return { report, tenants }
}
