import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { addToDay } from '../../lambda/history/day-file.ts'
import type { HistoryRow } from '../../lambda/history/row.ts'
import { makeWorld, type World } from '../../local/simulator/world.ts'

export type HistoryFigures = {
  readonly tenants: number
  readonly rowsADay: number
  readonly dayBytes: number
  readonly bytesPerRow: number
  /** Size of 400 such days, in millions of bytes. */
  readonly megabytesIn400Days: number
  /**
   * Time to add the last run to the full day on a whole core of this machine, for the first time in a process, as in
   * Lambda.
   */
  readonly mergeMs: number
  /** An estimate of the same for Lambda's share of a core with 256 MB, where 1,769 MB are one core. */
  readonly mergeMsAt256Mb: number
  /** The largest increase of the process's memory during the merge, in millions of bytes. */
  readonly mergeMegabytes: number
}

const dayMs = 86_400_000
const day = Date.UTC(2026, 10, 23)

/**
 * Creates a day of `tenants` tenants with one row each every `intervalMs`, from the simulator's detections. Runs start
 * up to a minute late, as a schedule may, and calls are up to 5 s out of order.
 */
export function measureHistory(tenants: number, intervalMs: number): HistoryFigures {
  const runs = makeRuns(makeWorld(1, tenants), intervalMs)
  const before = addToDay(undefined, runs.slice(0, -1).flat())
  const last = runs.at(-1) ?? []
  const full = addToDay(before, last)
  const rowsADay = runs.flat().length
  const { ms, peakBytes } = mergeInProcessOfItsOwn(before, last)
  return {
    tenants,
    rowsADay,
    dayBytes: full.length,
    bytesPerRow: full.length / rowsADay,
    megabytesIn400Days: (full.length * 400) / 1e6,
    mergeMs: ms,
    mergeMsAt256Mb: (ms * 1_769) / 256,
    mergeMegabytes: peakBytes / 1e6,
  }
}

function makeRuns(world: World, intervalMs: number): HistoryRow[][] {
  const random = randomFrom(1)
  const starts = Array.from(
    { length: Math.floor(dayMs / intervalMs) },
    (_, i) => day + i * intervalMs + random() * 60_000,
  )
  const runs = starts.map((): HistoryRow[] => [])
  for (const [index, { id }] of world.tenants.entries()) {
    const countBetween = slidingCounts(world, id)
    for (const [i, start] of starts.entries()) {
      const turn = (index / world.tenants.length) * (intervalMs - 65_000)
      runs[i]?.push({ tenantId: id, counts: countBetween(Math.floor(start + turn + random() * 5_000)) })
    }
  }
  return runs
}

/** Counts the 24 hours before a time, for times in order, and generates each detection only once. */
function slidingCounts(world: World, tenantId: string): (to: number) => HistoryRow['counts'] {
  const detections = [...world.detections(tenantId, day - dayMs, day + dayMs)].sort((a, b) => a.time - b.time)
  const by = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  let [gone, come] = [0, 0]
  return to => {
    for (let next = detections[come]; next && next.time < to; next = detections[++come])
      by[next.severity] += 1
    for (let next = detections[gone]; next && next.time < to - dayMs; next = detections[++gone])
      by[next.severity] -= 1
    return { collectedAt: to, total: come - gone, bySeverity: { ...by }, method: 'counts' }
  }
}

/** Returns numbers from 0 to 1, the same for the same seed (Numerical Recipes' linear congruential generator). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

type Merge = { readonly ms: number; readonly peakBytes: number }

/** In another process: the one that created the day has already reached its highest memory. */
function mergeInProcessOfItsOwn(before: Uint8Array, rows: readonly HistoryRow[]): Merge {
  const folder = mkdtempSync(join(tmpdir(), 'history-'))
  try {
    writeFileSync(join(folder, 'day.csv.gz'), before)
    writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows))
    return JSON.parse(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), folder], { encoding: 'utf8' }),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const [folder = ''] = process.argv.slice(2)
  const before = readFileSync(join(folder, 'day.csv.gz'))
  const rows: HistoryRow[] = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8'))
  const memory = process.memoryUsage.rss()
  const startedAt = performance.now()
  const after = addToDay(before, rows)
  const ms = performance.now() - startedAt
  const peakBytes = process.resourceUsage().maxRSS * 1_024 - memory
  if (gunzipSync(after).length <= gunzipSync(before).length) throw new Error('The merge added nothing.')
  process.stdout.write(JSON.stringify({ ms, peakBytes }))
}
