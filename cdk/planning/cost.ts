import { longestWaitMs } from '../../lambda/pacing/deadlines.ts'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { type Estate, planFor } from './planner.ts'
import { prices } from './prices.ts'

/** Assumptions for what the settings do not say. */
export const assumed = {
  hoursAMonth: 730,
  /** Open pages, each during office hours. */
  readers: 5,
  readerHours: 8 * 22,
  /** How often an open page polls its two files. */
  pollSeconds: 30,
  /** Per tenant: a row of detections.csv, compressed for sending, and a row of the stored history (test/bench). */
  rowBytesSent: 100,
  rowBytesKept: 6,
  /** Per tenant: state, CSV and its twin in the bucket, for each version kept for a day (test/bench). */
  stateBytes: 650,
  /** Per run. */
  logBytes: 4_000,
  startSeconds: 3,
}

const memoryGb = 0.25
const gb = 1e9

export type Cost = Readonly<Record<'function' | 'storage' | 'secret' | 'watching' | 'serving', number>>

/** Returns dollars per month for one credential with this many tenants, custom metrics and alarms. */
export function costOf(estate: Estate & { historyDays: number; metrics: number; alarms: number }): Cost {
  const { tenants, scheduleMinutes } = estate
  const runs = (assumed.hoursAMonth * 60) / scheduleMinutes
  const { callsNeeded, callsPossible } = planFor(estate)
  const calls = (Math.min(callsNeeded, callsPossible) * scheduleMinutes) / 60
  const seconds = secondsFor(calls, estate.rateLimits) + assumed.startSeconds
  return {
    function:
      runs * (seconds * memoryGb * prices.lambdaGbSecond + prices.lambdaRequest + prices.schedulerInvocation),
    storage: storageCost(estate, { runs, seconds, answers: Math.min(tenants, calls) }),
    secret: prices.secretMonth + runs * prices.secretRead,
    watching:
      estate.metrics * prices.metricMonth +
      estate.alarms * prices.alarmMonth +
      ((runs * assumed.logBytes) / gb) * prices.logGb,
    serving: servingCost(tenants, scheduleMinutes),
  }
}

/** Returns the shortest time in which the rate limits that a run waits for allow this many calls. */
function secondsFor(calls: number, rateLimits: string): number {
  const windows = parseRateWindows(rateLimits).filter(({ periodMs }) => periodMs <= longestWaitMs)
  const sentAt: number[] = []
  for (let at = 0; at < calls; at++)
    sentAt.push(
      Math.max(0, ...windows.map(({ limit, periodMs }) => (sentAt[at - limit] ?? -periodMs) + periodMs)),
    )
  return (sentAt.at(-1) ?? 0) / 1_000
}

/**
 * The cost of S3 for a run (lambda/run/collect.ts): the lease, the state, the history, and a publication every
 * minute.
 */
function storageCost(
  { tenants, historyDays }: { tenants: number; historyDays: number },
  { runs, seconds, answers }: { runs: number; seconds: number; answers: number },
): number {
  const publications = 1 + Math.floor(seconds / 60)
  const leases = 2 + Math.floor(seconds / 30)
  // Each publication: state, list of sources, CSV, its twin and status. At the end: history, and the state again.
  const writes = leases + publications * 5 + 2
  const reads = 3 + publications * 3
  const runsADay = (runs / assumed.hoursAMonth) * 24
  const bytes =
    historyDays * runsADay * answers * assumed.rowBytesKept +
    runsADay * publications * tenants * assumed.stateBytes
  return runs * (writes * prices.s3Write + reads * prices.s3Read) + (bytes / gb) * prices.s3GbMonth
}

/** Every poll is two requests through the edge function. Changed files are sent, unchanged ones are a 304. */
function servingCost(tenants: number, scheduleMinutes: number): number {
  const hours = assumed.readers * assumed.readerHours
  const requests = ((hours * 3_600) / assumed.pollSeconds) * 2
  const sent = ((hours * 60) / scheduleMinutes) * tenants * assumed.rowBytesSent
  return (
    requests * (prices.cloudFrontRequest + prices.edgeFunctionCall + prices.keyValueRead + prices.s3Read) +
    (sent / gb) * prices.cloudFrontGb
  )
}

export const totalOf = (cost: Cost): number => Object.values(cost).reduce((sum, part) => sum + part, 0)
