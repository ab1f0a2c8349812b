import * as v from 'valibot'
import type { Clock } from '../clock.ts'
import { count } from '../schemas.ts'
import { parseBody } from './answers.ts'
import type { ApiRequest, SophosClient } from './client.ts'
import { type Counts, hourMs } from './detections.ts'
import { RefusedError, UnexpectedAnswerError } from './errors.ts'
import { countItems } from './query-items.ts'
import { readResults } from './query-results.ts'

/** The usual number of calls for a tenant: a start, three polls, a page or two. */
export const usualQueryCalls = 6

/**
 * The waits between polls, a minute in all: a run takes seconds, sometimes up to a minute (according to other collectors).
 * Each poll costs a call, so the waits grow.
 */
const pollWaitsMs = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]
/** Includes the time that calls wait for the rate limits. */
const longestRunMs = 180_000

const runSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  status: v.optional(v.nullable(v.string())),
  result: v.optional(v.nullable(v.string())),
  resultCount: v.optional(v.nullable(count)),
})
type Run = v.InferOutput<typeof runSchema>

/** The results of a run that ended; a run in progress has `notAvailable`. */
const ends = ['succeeded', 'failed', 'canceled', 'timedOut']

type QueryOptions = {
  readonly clock: Clock
  /** No wait ends after this moment, milliseconds since the epoch. */
  readonly deadline: number
  /** Whether there is room for this many more calls. */
  readonly affords: (calls: number) => boolean
}

/**
 * Returns a tenant's detections of the last 24 hours through a run of the query API: start, poll, read all pages. This
 * replaces counts while those are down, with several times the calls.
 *
 * If the answer to the start is lost, the start is retried like any call: at worst Sophos drops the first run, unread,
 * after a day. Source: official Postman collection, "Run detections query", "Get detections run", "Get detection result".
 */
export async function fetchByQuery(
  client: SophosClient,
  host: string,
  tenantId: string,
  options: QueryOptions,
): Promise<Counts> {
  const to = Math.floor(options.clock.now())
  const queries = { host, path: '/detections/v1/queries/detections', headers: { 'x-tenant-id': tenantId } }
  const range = { from: new Date(to - 24 * hourMs).toISOString(), to: new Date(to).toISOString() }
  const started = readRun(await client.post(queries, range))

  const run = { ...queries, path: `${queries.path}/${encodeURIComponent(started.id)}` }
  const { resultCount } = await untilFinished(client, run, started, options)
  // A run without detections has no page to read.
  if (resultCount === 0) return countItems([], to, 0)
  const { items, announced } = await readResults(askRun(client, run), resultCount, options.affords)
  return countItems(items, to, announced)
}

async function untilFinished(
  client: SophosClient,
  request: ApiRequest,
  started: Run,
  { clock, deadline }: QueryOptions,
): Promise<Run> {
  const startedAt = clock.now()
  const giveUpAt = Math.min(startedAt + longestRunMs, deadline)
  let run = started
  for (const waitMs of pollWaitsMs) {
    if (isFinished(run) || clock.now() + waitMs > giveUpAt) break
    await clock.sleep(waitMs)
    run = readRun(await askRun(client, request)({}))
  }
  if (!isFinished(run)) {
    const seconds = Math.round((clock.now() - startedAt) / 1_000)
    throw new UnexpectedAnswerError(`Sophos' detection query did not finish within ${seconds} seconds.`)
  }
  if (run.result !== 'succeeded') {
    const result = (run.result ?? 'none').slice(0, 50)
    throw new UnexpectedAnswerError(`Sophos' detection query ended without a result: "${result}".`)
  }
  return run
}

/** One of the official examples has a final result with the status "pending", so the result counts too. */
const isFinished = ({ status, result }: Run): boolean => status === 'finished' || ends.includes(result ?? '')

const readRun = (body: unknown): Run => parseBody(runSchema, body, 'detection query')

/** Asks about a run. Here a 404 is about the run, not about the tenant. */
function askRun(client: SophosClient, run: ApiRequest) {
  return async ({ path = '', query = {} }: Partial<Pick<ApiRequest, 'path' | 'query'>>): Promise<unknown> => {
    try {
      return await client.get({ ...run, path: run.path + path, query })
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === 404)) throw error
      throw new UnexpectedAnswerError('Sophos no longer has the detection query (404): it expired.')
    }
  }
}
