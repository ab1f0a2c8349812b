import type { RunContext } from '../context.ts'
import type { Gate } from '../pacing/gate.ts'
import type { SophosClient } from '../sophos/client.ts'
import type { ListedTenant } from '../sophos/tenants.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Answer, Dataset, Postponed } from './dataset.ts'
import type { Endpoints } from './endpoints.ts'
import { cycleMs, inOrderOfNeed, pairsOf } from './priority.ts'
import { type PoolEnd, workThrough } from './worker-pool.ts'

/** How long a run waits, when it is done with all others, for hosts that are down: long enough for a restart. */
const patienceMs = 120_000
/** The probes' growing distances end the rounds sooner; this is so that they end whatever happens. */
const mostRounds = 8

/** What a run asks with, and where its answers go. */
export type Asking = {
  readonly client: SophosClient
  readonly endpoints: Endpoints
  readonly gate: Gate
  /** All tenants that are known, as they are now. */
  readonly tenants: () => readonly Tenant[]
  /** Called once for each try: for a tenant that was asked in several rounds the last answer counts. */
  readonly onAnswer: (id: string, dataset: Dataset, answer: Answer) => void
}

type AskingContext = Pick<RunContext, 'settings' | 'clock' | 'deadlines' | 'trigger'>

/** A tenant to ask, without what is known of it. */
type Question = { readonly tenant: ListedTenant; readonly dataset: Dataset }

/**
 * Asks all datasets of all tenants, in order of need, until done or until no call can be made any more; then it returns why.
 * In further rounds it asks those whose host was down, as soon as that may be asked again: so a region in trouble holds up
 * no other tenant, and one that was away for a moment loses no run.
 */
export async function askAll(
  context: AskingContext,
  datasets: readonly Dataset[],
  asking: Asking,
): Promise<PoolEnd> {
  const { clock, deadlines } = context
  const { questions, ask, takePostponed } = prepare(context, datasets, asking)
  const askRound = (round: readonly Question[]) =>
    workThrough(round, ask, ({ tenant, dataset }, answer) => asking.onAnswer(tenant.id, dataset, answer))

  let endedBy = await askRound(questions)
  const giveUpAt = Math.min(clock.now() + patienceMs, deadlines.lastCallAt)
  for (let round = 2; round <= mostRounds && !endedBy; round++) {
    const again = takePostponed()
    const dueAt = Math.min(...again.map(({ askAgainAt }) => askAgainAt))
    // Infinity where there is none.
    if (dueAt > giveUpAt) return undefined
    if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now())
    // Where the first call is the probe, the rest is refused meanwhile, at no cost, and asked in the next round.
    endedBy = await askRound(again)
  }
  return endedBy
}

/** What to ask, in order, and how. It waits for nothing, so that no earlier figures stay in memory while new ones come in. */
function prepare(
  { settings, clock, deadlines, trigger }: AskingContext,
  datasets: readonly Dataset[],
  { tenants, client, endpoints, gate }: Asking,
) {
  const deadline = deadlines.lastCallAt
  const pairs = pairsOf(tenants(), datasets, settings)
  const due = inOrderOfNeed(
    pairs,
    cycleMs(pairs, settings.rateLimits, settings.refreshIntervalMs),
    clock.now(),
    trigger === 'manual',
  )
  /** How many tenants of each dataset have not been asked yet. */
  const waiting = new Map<Dataset, number>()
  const addWaiting = (dataset: Dataset, count: number) =>
    waiting.set(dataset, (waiting.get(dataset) ?? 0) + count)
  for (const { dataset } of due) addWaiting(dataset, 1)

  const callsOfOthers = (own: Dataset): number =>
    [...waiting].reduce((sum, [dataset, count]) => sum + (dataset === own ? 0 : count * dataset.calls), 0)
  const askers = new Map(
    datasets.map(dataset => {
      const room = () => gate.room(deadline) - callsOfOthers(dataset)
      const own = due.filter(pair => pair.dataset === dataset).map(({ tenant }) => tenant)
      return [dataset, dataset.open({ client, endpoints, clock, settings, deadline, room, tenants: own })]
    }),
  )
  return {
    questions: due.map(
      ({ tenant: { id, name, region, apiHost }, dataset }): Question => ({
        tenant: { id, name, region, apiHost },
        dataset,
      }),
    ),
    async ask({ tenant, dataset }: Question): Promise<Answer> {
      const asker = askers.get(dataset)
      if (!asker) throw new Error(`The dataset ${dataset.name} is asked, and is not in the list.`)
      addWaiting(dataset, -1)
      return asker.ask(tenant)
    },
    takePostponed(): (Question & Postponed)[] {
      const again = [...askers].flatMap(([dataset, asker]) =>
        asker.takePostponed().map(postponed => ({ ...postponed, dataset })),
      )
      for (const { dataset } of again) addWaiting(dataset, 1)
      return again
    },
  }
}
