import { openGuards } from '../asking/endpoints.ts'
import { openQuestions } from '../asking/questions.ts'
import { reportFusion } from '../fusion/fusion-report.ts'
import { openMoves } from '../fusion/guard/moves.ts'
import { recordHistory } from '../history/record.ts'
import { rowsSince } from '../history/row.ts'
import type { Gate } from '../pacing/gate.ts'
import { type Conclusion, concludeRun, concludeSoFar, concludeWithoutList } from '../publish/message.ts'
import { createClient } from '../sophos/client.ts'
import { nextRunAt, type RunReport } from '../state/run-report.ts'
import type { State } from '../state/state.ts'
import { takeUpState } from '../state/stored-state.ts'
import { isListDue } from '../tenants/list-due.ts'
import { takeUpList } from '../tenants/merge.ts'
import { isMoved } from '../tenants/migration.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { fetchTenantList } from '../tenants/tenant-list.ts'
import { startHeartbeat } from './heartbeat.ts'
import { type Lease, LeaseLostError } from './lease.ts'
import type { RunContext, RunOutcome } from './run.ts'
import { openSaving } from './saving.ts'

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
  const moves = await openMoves(context)
  const tenants = () => [...known.tenants.values()]
  // Also where the guard was switched off: what only the state knows would be lost with it.
  await moves.remember(tenants())
  known.tenants = byId(moves.applyTo(tenants()))

  const saving = openSaving(context, etag, moves)
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
      fusion: reportFusion(settings.fusion, known.allTenantsRefuted),
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
    const { listedAt, recordedUntil, allTenantsRefuted } = known
    const state = {
      tenants: tenants(),
      listedAt,
      recordedUntil,
      allTenantsRefuted,
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

  let savedAt = startedAt
  const questions = openQuestions(context, known, { client, guards, gate })
  const { asked } = questions

  /** What is published while the run goes on. It is tried again with the next beat, and at the end. */
  async function saveSoFar(): Promise<void> {
    try {
      await save(concludeSoFar(known.tenants.size, asked.size))
      savedAt = clock.now()
    } catch (error) {
      // The run goes on as long as the lease holds.
      log.warn('what was collected so far was not published', { error })
    }
  }

  /** Adds to the history what is not in it yet, and says so in `state`. What fails now is made up for by the next run. */
  async function record(state?: State): Promise<void> {
    const recordedUntil = clock.now()
    try {
      const rows = rowsSince(tenants(), known.recordedUntil ?? 0)
      await recordHistory(store, settings.source, rows, log)
      known.recordedUntil = recordedUntil
      if (state) await saving.save({ ...state, recordedUntil })
    } catch (error) {
      log.error('the history was not recorded', { error })
    }
  }

  const heartbeat = startHeartbeat(clock, heartbeatMs, async () => {
    try {
      await lease.renew({ calls: gate.remembered(), pace: gate.pace() })
    } catch (error) {
      log.warn('the lease was not renewed; it is tried again with the next beat', { error })
    }
    if (asked.size > 0 && clock.now() - savedAt >= saveEveryMs) await saveSoFar()
  })
  try {
    // Answers that a killed run saved and did not record, before the new ones take their place.
    await record()
    const list = await fetchTenantList(client, settings.apiUrl, isDue())
    if (list !== 'not due' && 'endedBy' in list) {
      await heartbeat.stop()
      if (isLost)
        throw new Error(`${list.message} Nothing is saved, because the state could not be read either.`)
      // The rows that are there may be of before the move was known.
      const { report, state } = await save(concludeWithoutList(list), { withRows: tenants().some(isMoved) })
      return { report, tenants: state.tenants }
    }
    if (list !== 'not due') {
      known.tenants = byId(moves.applyTo(takeUpList(list, tenants())))
      known.listedAt = clock.now()
      if (!list.isComplete)
        log.warn('the list of tenants is not complete, or does not say so', { tenants: list.tenants.length })
    }
    // An installation's first run: everybody sees at once whose figures are to come.
    if (known.nextRunAt === undefined) await save(concludeSoFar(known.tenants.size, 0))
    log.info('tenants listed', { tenants: known.tenants.size, anew: list !== 'not due' })

    if ((await questions.probe()) > 0) {
      // Before anything else is asked: nobody is to see the counts of a tenant that moved any longer.
      await moves.remember(tenants())
      await saveSoFar()
    }
    const endedBy = await questions.ask()
    await heartbeat.stop()
    await moves.lookAgain()
    known.tenants = byId(moves.applyTo(tenants()))
    const run = { tenants: tenants(), asked, durationMs: clock.now() - startedAt }
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
  const { tenants, report, allTenantsRefuted, ...rest } = state
  const nextRunAt = report?.nextRunAt
  return { ...stored, known: { ...rest, allTenantsRefuted, tenants: byId(tenants), nextRunAt } }
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
