import { askAll } from '../asking/ask-all.ts'
import type { Dataset } from '../asking/dataset.ts'
import type { RunContext } from '../context.ts'
import { type Announce, withoutTold } from '../events/told.ts'
import { probeTenants } from '../fusion/guard/probe.ts'
import type { Gate } from '../pacing/gate.ts'
import type { RunOutcome } from '../state/run-report.ts'
import { mergeList } from '../tenants/merge.ts'
import { fetchTenantList, isListDue, type NoList } from '../tenants/tenant-list.ts'
import { concludeRun, concludeSoFar, concludeWithoutList } from './conclusion.ts'
import { plannedCycleMs } from './health.ts'
import { byId } from './known.ts'
import type { Lease } from './lease.ts'
import { concludeWithOldList } from './old-list.ts'
import { openRun, type Run } from './open-run.ts'
import type { SavedState } from './saving.ts'

/**
 * What a run does while it holds the lease: lists the tenants if that is due, asks those that need it most, saves and
 * publishes: once a minute, and at the end. If the list cannot be read, it goes on with the tenants it knows. Without a
 * token, or without any tenant, it publishes why, with the rows as they are known.
 */
export async function collect(
  context: RunContext,
  datasets: readonly [Dataset, ...Dataset[]],
  announce: Announce,
  lease: Lease,
  gate: Gate,
): Promise<RunOutcome> {
  const { clock, log } = context
  const run = await openRun(context, datasets, lease, gate)
  const heartbeat = run.startHeartbeat()
  const failures = new Map<string, Record<string, unknown>>()
  try {
    // Answers that a killed run saved and did not record, before the new ones take their place.
    await run.record()
    const noList = await listTenants(context, run)
    if (noList && (run.isLost || !noList.canAsk || run.known.tenants.size === 0)) {
      await heartbeat.stop()
      return await conclude(await saveWithoutList(noList, run), run, announce)
    }
    // An installation's first run: the page shows at once which tenants' figures are to come.
    if (run.known.plannedAt === undefined) await run.saving.save(concludeSoFar(run.progress()))
    await checkForMoves(context, run)
    const endedBy = await askAll(context, datasets, {
      ...run,
      onAnswer(id, dataset, answer) {
        run.change(id, answer.mergeInto)
        run.noteAsked(id, dataset)
        const fact = { tenant: id, dataset: dataset.name, status: answer.status }
        log.debug('tenant asked', fact)
        const hasFailed = answer.status === 'failed' || answer.status === 'throttled'
        // In a later round it may be answered.
        if (hasFailed) failures.set(`${dataset.name} of ${id}`, { ...fact, ...answer.failure })
        else failures.delete(`${dataset.name} of ${id}`)
      },
    })
    await heartbeat.stop()
    await run.moves.readAgain()
    run.known.tenants = byId(run.moves.applyTo(run.tenants()))
    const now = clock.now()
    const ended = { ...run.progress(), durationMs: now - run.startedAt, endedBy }
    const plannedCycle = plannedCycleMs(run.tenants(), context.settings, datasets)
    const conclusion = concludeRun({ ...ended, plannedCycle })
    const { listedAt } = run.known
    const state = await run.saving.save(
      noList ? concludeWithOldList(conclusion, noList, { listedAt, now }) : conclusion,
    )
    return await conclude(state, run, announce)
  } finally {
    for (const failure of failures.values()) run.troubles.warn('tenant failed', failure)
    run.troubles.end()
    await heartbeat.stop()
  }
}

/**
 * Announces what was published, then records it; neither fails the run or keeps the other from its work. A run that could
 * not publish never comes here: the state keeps its news for the next one that can.
 */
async function conclude(state: SavedState, run: Run, announce: Announce): Promise<RunOutcome> {
  const { report, tenants } = state
  const told = await announce({ report, tenants })
  await run.record({ ...state, tenants: withoutTold(tenants, told) })
  return { report, tenants }
}

/** Signs in, and lists the tenants if that is due. Returns why there is no list, if it failed. */
async function listTenants(
  { settings, clock, log, trigger, deadlines }: RunContext,
  { client, gate, known, moves, startedAt, tenants }: Run,
): Promise<NoList | undefined> {
  const isDue = isListDue({
    listedAt: known.listedAt,
    tenants: known.tenants.size,
    now: startedAt,
    isManual: trigger === 'manual',
    callsLeft: gate.room(deadlines.lastCallAt),
  })
  const list = await fetchTenantList(client, settings.apiUrl, { isDue, known: known.tenants })
  if (list !== 'not due' && 'endedBy' in list) {
    log.warn('the list of tenants could not be read', { message: list.message, known: known.tenants.size })
    return list
  }
  if (list !== 'not due') {
    known.tenants = byId(moves.applyTo(mergeList(list, tenants(), clock.now())))
    known.listedAt = clock.now()
    if (!list.isComplete)
      log.warn('the list of tenants is not complete, or does not say so', { tenants: list.tenants.length })
  }
  log.info('tenants listed', { tenants: known.tenants.size, anew: list !== 'not due' })
  return undefined
}

async function saveWithoutList(noList: NoList, { isLost, known, saving }: Run): Promise<SavedState> {
  if (isLost)
    throw new Error(`${noList.message} Nothing is saved, because the state could not be read either.`)
  return saving.save(concludeWithoutList(noList, known.tenants.size))
}

/** Before anything else is asked: the counts of a tenant that moved are not to be seen any longer. */
async function checkForMoves(context: RunContext, run: Run): Promise<void> {
  const { client, endpoints, gate, moves, tenants } = run
  const asking = { client, endpoints, gate, tenants: tenants() }
  const found = await probeTenants(context, { ...asking, onChecked: run.change })
  if (found === 0) return
  await moves.remember(tenants())
  await run.saveSoFar()
}
