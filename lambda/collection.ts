import { createAsker } from './ask.ts'
import { openGuards } from './guards.ts'
import { startHeartbeat } from './heartbeat.ts'
import { recordHistory } from './history/record.ts'
import { rowsSince } from './history/row.ts'
import type { Lease } from './lease.ts'
import { isListDue } from './list-due.ts'
import { takeUpList, takeUpOutcome } from './merge.ts'
import { cycleMs, inOrderOfNeed } from './order.ts'
import type { Gate } from './pacing/gate.ts'
import { type Conclusion, concludeRun, concludeSoFar, concludeWithoutList } from './publish/message.ts'
import type { RunReport } from './report.ts'
import { collectInRounds } from './rounds.ts'
import type { RunContext, RunOutcome } from './run.ts'
import { openSaving } from './saving.ts'
import { createClient } from './sophos/client.ts'
import { hostRule } from './sophos/hosts.ts'
import { readState, type StoredState } from './state.ts'
import type { Tenant } from './tenant.ts'
import { fetchTenantList } from './tenant-list.ts'

/** How often the lease is renewed, and at the least how much later what was collected so far is saved and published. */
const heartbeatMs = 30_000
const saveEveryMs = 60_000

/**
 * What a run does while it holds the lease: lists the tenants if that is due, asks about those that need it most, saves
 * and publishes: once a minute, and at the end. Without a token or a list it publishes why, and leaves the rows as they are.
 */
export async function collectFrom(context: RunContext, lease: Lease, gate: Gate): Promise<RunOutcome> {
  const { settings, clock, store, log, trigger } = context
  const startedAt = clock.now()
  const deadline = context.deadlines.lastCallAt
  const { known, etag } = takeUp(await readState(store, settings.source, log))
  const asked = new Set<string>()

  const saveState = openSaving(context, etag)
  const client = openClient(context, gate)
  const guards = openGuards({
    breakers: known.breakers,
    clock,
    onChange: change => log.warn(change.text, change),
  })

  async function save(conclusion: Conclusion, { withRows = true } = {}): Promise<RunOutcome> {
    const report: RunReport = {
      ...conclusion,
      source: settings.source,
      startedAt,
      endedAt: clock.now(),
      trigger,
      calls: { ...client.calls },
      budget: gate.left().map(({ window: { text: window, ...limit }, left }) => ({ window, ...limit, left })),
      nextRunAt: startedAt + settings.refreshIntervalMs,
    }
    const tenants = [...known.tenants.values()]
    await saveState(
      { tenants, listedAt: known.listedAt, breakers: guards.remembered(), report },
      { withRows },
    )
    return { report, tenants }
  }

  async function listTenants() {
    const tenants = known.tenants.size
    const callsLeft = gate.room(deadline)
    const isDue = isListDue({ listedAt: known.listedAt, tenants, now: startedAt, trigger, callsLeft })
    return fetchTenantList(client, settings.apiUrl, isDue)
  }

  async function askTenants() {
    const tenants = [...known.tenants.values()]
    const cycle = cycleMs(tenants, settings.rateLimits, settings.refreshIntervalMs)
    // Without what is known of them: their old counts are not kept while the new ones come in.
    const inOrder = inOrderOfNeed(tenants, cycle).map(({ id, name, region, apiHost }) => ({
      id,
      name,
      region,
      apiHost,
    }))
    const checkHost = hostRule(settings.apiUrl)
    const room = () => gate.room(deadline)
    const asker = createAsker({ client, checkHost, guards, clock, deadline, room, tenants: inOrder })
    return collectInRounds(inOrder, {
      asker,
      guards,
      clock,
      deadline,
      onOutcome({ id }, outcome) {
        const tenant = known.tenants.get(id)
        if (tenant) known.tenants.set(id, takeUpOutcome(tenant, outcome))
        asked.add(id)
        log.debug('tenant asked', { tenant: id, status: outcome.status })
      },
    })
  }

  let savedAt = startedAt
  const heartbeat = startHeartbeat(clock, heartbeatMs, async () => {
    try {
      await lease.renew({ calls: gate.remembered(), pace: gate.pace() })
      if (asked.size === 0 || clock.now() - savedAt < saveEveryMs) return
      savedAt = clock.now()
      await save(concludeSoFar(known.tenants.size, asked.size))
    } catch (error) {
      // The run goes on as long as the lease holds; what could not be saved now is saved with the next beat.
      log.warn('the heartbeat failed', { error })
    }
  })
  try {
    const list = await listTenants()
    if (list !== 'not due' && 'endedBy' in list) {
      await heartbeat.stop()
      return await save(concludeWithoutList(list), { withRows: false })
    }
    if (list !== 'not due') {
      known.tenants = byId(takeUpList(list, [...known.tenants.values()]))
      known.listedAt = clock.now()
    }
    log.info('tenants listed', { tenants: known.tenants.size, anew: list !== 'not due' })

    const endedBy = await askTenants()
    await heartbeat.stop()
    const run = { tenants: [...known.tenants.values()], asked, durationMs: clock.now() - startedAt }
    const ended = await save(concludeRun({ ...run, endedBy: endedBy?.message }))
    // From the start of the run before: what that one may have saved and, being killed, not recorded.
    await recordHistory(
      store,
      settings.source,
      rowsSince(ended.tenants, known.previousStart ?? startedAt),
      log,
    )
    return ended
  } finally {
    await heartbeat.stop()
  }
}

/** The state of the runs before as this run goes on from it. Nothing else holds on to their counts. */
function takeUp({ state, etag }: StoredState) {
  const { tenants, listedAt, breakers, report } = state
  return { etag, known: { tenants: byId(tenants), listedAt, breakers, previousStart: report?.startedAt } }
}

const byId = (tenants: readonly Tenant[]): Map<string, Tenant> =>
  new Map(tenants.map(tenant => [tenant.id, tenant]))

function openClient(
  { send, clock, random, deadlines, settings, readCredentials, log }: RunContext,
  gate: Gate,
) {
  return createClient({
    send,
    gate,
    clock,
    random,
    readCredentials,
    deadline: deadlines.lastCallAt,
    idUrl: settings.idUrl,
    onRetry: retry => log.warn('asking again', retry),
  })
}
