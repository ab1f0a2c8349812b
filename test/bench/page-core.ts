import { dayChart } from '../../site/data/day-chart.ts'
import { parseDetections } from '../../site/data/parse-detections.ts'
import type { Tenant } from '../../site/data/tenant.ts'
import { addUp } from '../../site/data/totals.ts'
import { arrange } from '../../site/triage/arrange.ts'
import { markSeen, unseen } from '../../site/triage/seen.ts'
import { loadSeen, saveSeen } from '../../site/triage/seen-storage.ts'
import type { Surroundings } from '../../site/triage/surroundings.ts'
import { readView } from '../../site/triage/view.ts'
import { makeRows, toFile, touchOnePercent } from './page-data.ts'

export type PageCoreFigures = {
  tenants: number
  csvKib: number
  firstParseMs: number
  /** Parsing an update of 1 % of the rows, and sorting the table again as the page does. */
  updateMs: number
  /** Sorting all rows: by a number, by name, and by how unusual they are. */
  arrangeMs: { total: number; name: number; unusual: number; search: number }
  totalsAndChartMs: number
  seenKib: number
  unseenMs: number
}

const now = Date.UTC(2026, 10, 22, 10, 20)
const runs = 15

/** Measures the page's work without rendering, in this process: medians of warm runs, except the first parse. */
export function measurePageCore(tenants: number): PageCoreFigures {
  const rows = makeRows(tenants, now)
  const [before, after] = [toFile(rows), toFile(touchOnePercent(rows))]
  let start = performance.now()
  const first = read(before)
  const firstParseMs = performance.now() - start

  const around: Surroundings = {
    groupsOf: () => [],
    isMuted: () => false,
    unseenOf: () => undefined,
    locale: 'en',
  }
  const order = (query: string) => median(() => () => arrange(first.tenants, readView(query), around)).ms
  const updateMs = median(() => {
    // Like a text from the network: one flat string that no code has read yet.
    const text = Buffer.from(after).toString('latin1')
    return () => {
      const next = read(text, first.lines)
      arrange(next.tenants, readView(''), around)
    }
  }).ms
  const totalsAndChartMs = median(() => () => {
    addUp(first.tenants)
    dayChart(first.tenants)
  }).ms

  let kept = ''
  start = performance.now()
  saveSeen({ setItem: (_, value) => (kept = value) }, markSeen(first.tenants, now))
  const seen = loadSeen({ getItem: () => kept })
  const later = read(after, first.lines).tenants
  const unseenMs = median(() => () => later.map(tenant => unseen(tenant, seen))).ms
  return {
    tenants,
    csvKib: before.length / 1024,
    firstParseMs,
    updateMs,
    arrangeMs: {
      total: order('sort=-total'),
      name: order('sort=name'),
      unusual: order('sort=-unusual'),
      search: order('q=dental+us01'),
    },
    totalsAndChartMs,
    seenKib: kept.length / 1024,
    unseenMs,
  }
}

type Read = { tenants: readonly Tenant[]; lines: Parameters<typeof parseDetections>[1] }

function read(text: string, lines?: Read['lines']): Read {
  const parsed = parseDetections(text, lines)
  if ('problem' in parsed)
    throw new Error(`The estate of the benchmark cannot be read: ${parsed.problem.kind}.`)
  return parsed
}

function median(prepare: () => () => unknown): { ms: number } {
  const times = Array.from({ length: runs }, () => {
    const run = prepare()
    const start = performance.now()
    run()
    return performance.now() - start
  }).sort((a, b) => a - b)
  return { ms: times[Math.floor(runs / 2)] ?? Number.NaN }
}

if (import.meta.main) {
  for (const tenants of [2_500, 10_000]) {
    process.stdout.write(`${JSON.stringify(measurePageCore(tenants))}\n`)
  }
}
