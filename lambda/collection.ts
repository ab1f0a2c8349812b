import { askAll } from './ask-all.ts'
import { openGuards } from './guards.ts'
import { startHeartbeat } from './heartbeat.ts'
import { recordHistory } from './history/record.ts'
import { rowsSince } from './history/row.ts'
import { type Lease, LeaseLostError } from './lease.ts'
import { isListDue } from './list-due.ts'
import { takeUpList, takeUpOutcome } from './merge.ts'
import type { Gate } from './pacing/gate.ts'
import { type Conclusion, concludeRun, concludeSoFar, concludeWithoutList } from './publish/message.ts'
import { nextRunAt, type RunReport } from './report.ts'
import type { RunContext, RunOutcome } from './run.ts'
import { openSaving } from './saving.ts'
import { createClient } from './sophos/client.ts'
import type { State } from './state.ts'
import { takeUpState } from './stored-state.ts'
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
  const { known, etag, isLost } = takeUp(await takeUpState(store, settings.source, log))
  const asked = new Set<string>()

  const saving = openSaving(context, etag)
  const client = openClient(context, gate)
  const guards = openGuards({
    breakers: known.breakers,
    clock,
    onChange: change => log.warn(change.text, change),
  })

  /** Without the lease another run saves; it would lose its own by this one's. */
  function refuseWithoutLease(): void {
    if (lease.until() === 0)
      throw new LeaseLostError('Another run took over; what this one collected is not saved.')
  }

  async function save(conclusion: Conclusion, { withRows = true } = {}) {
    refuseWithoutLease()
    const report: RunReport = {
      ...conclusion,
      source: settings.source,
      startedAt,
      endedAt: clock.now(),
      trigger,
      calls: { ...client.calls },
      budget: gate.left().map(({ window: { text: window, ...limit }, left }) => ({ window, ...limit, left })),
      nextRunAt: nextRunAt({
        trigger,
        startedAt,
        intervalMs: settings.refreshIntervalMs,
        planned: known.nextRunAt,
      }),
    }
    const { listedAt, recordedUntil } = known
    const state = {
      tenants: [...known.tenants.values()],
      listedAt,
      recordedUntil,
      breakers: guards.remembered(),
      report,
    }
    await saving.save(state)
    await saving.publish(state, { withRows })
    return { report, state }
  }

  const isDue = () =>
    isListDue({
      listedAt: known.listedAt,
      tenants: known.tenants.size,
      now: startedAt,
      trigger,
      callsLeft: gate.room(context.deadlines.lastCallAt),
    })

  const askTenants = () =>
    askAll(context, {
      tenants: [...known.tenants.values()],
      client,
      guards,
      gate,
      onOutcome(id, outcome) {
        const tenant = known.tenants.get(id)
        if (tenant) known.tenants.set(id, takeUpOutcome(tenant, outcome))
        asked.add(id)
        log.debug('tenant asked', { tenant: id, status: outcome.status })
      },
    })

  /** Adds to the history what is not in it yet, and says so in `state`. What fails now is made up for by the next run. */
  async function record(state?: State): Promise<void> {
    const recordedUntil = clock.now()
    try {
      const rows = rowsSince([...known.tenants.values()], known.recordedUntil ?? 0)
      await recordHistory(store, settings.source, rows, log)
      known.recordedUntil = recordedUntil
      if (state) await saving.save({ ...state, recordedUntil })
    } catch (error) {
      log.error('the history was not recorded', { error })
    }
  }

  let savedAt = startedAt
  const heartbeat = startHeartbeat(clock, heartbeatMs, async () => {
    try {
      await lease.renew({ calls: gate.remembered(), pace: gate.pace() })
      if (asked.size === 0 || clock.now() - savedAt < saveEveryMs) return
      await save(concludeSoFar(known.tenants.size, asked.size))
      savedAt = clock.now()
    } catch (error) {
      // The run goes on as long as the lease holds; what could not be saved now is tried again with the next beat.
      log.warn('the heartbeat failed', { error })
    }
  })
  try {
    // Answers that a killed run saved and did not record, before the new ones take their place.
    await record()
    const list = await fetchTenantList(client, settings.apiUrl, isDue())
    if (list !== 'not due' && 'endedBy' in list) {
      await heartbeat.stop()
      if (isLost)
        throw new Error(`${list.message} Nothing is saved, because the state could not be read either.`)
      const { report, state } = await save(concludeWithoutList(list), { withRows: false })
      return { report, tenants: state.tenants }
    }
    if (list !== 'not due') {
      known.tenants = byId(takeUpList(list, [...known.tenants.values()]))
      known.listedAt = clock.now()
      if (!list.isComplete)
        log.warn('the list of tenants is not complete, or does not say so', { tenants: list.tenants.length })
    }
    // An installation's first run: everybody sees at once whose figures are to come.
    if (known.nextRunAt === undefined) await save(concludeSoFar(known.tenants.size, 0))
    log.info('tenants listed', { tenants: known.tenants.size, anew: list !== 'not due' })

    const endedBy = await askTenants()
    await heartbeat.stop()
    const run = { tenants: [...known.tenants.values()], asked, durationMs: clock.now() - startedAt }
    const { report, state } = await save(concludeRun({ ...run, endedBy }))
    // The figures are published by then; a slow history keeps nobody waiting.
    await record(state)
    return { report, tenants: state.tenants }
  } finally {
    await heartbeat.stop()
  }
}

/** The state of the runs before as this run goes on from it. Nothing else holds on to their counts. */
function takeUp({ state, ...stored }: Awaited<ReturnType<typeof takeUpState>>) {
  const { tenants, report, ...rest } = state
  return { ...stored, known: { ...rest, tenants: byId(tenants), nextRunAt: report?.nextRunAt } }
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
