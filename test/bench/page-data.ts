/** A row of detections.csv with all its columns, and how to write it. */
type Row = { id: string; name: string; hours: number[][]; fresh: number[]; collectedAt: number; ok: boolean }

const names =
  'ID,Detections_Critical,Detections_High,Detections_Medium,Detections_Low,Detections_Info,Detections_Total,Name,Status,Reason,Collected_At,Region,Method,Hourly,Source,New_Critical,New_High,New_Medium,New_Low,New_Info,New_Total,New_Since,Hourly_Critical,Hourly_High,Hourly_Medium,Hourly_Low,Hourly_Info,Migration'
const quoted = (text: string) => `"${text}"`
const header = names.split(',').map(quoted).join(',')
const trades = ['Logistics', 'Dental Group', 'Bakery, Main Street', 'Insurance', 'Schools Trust', 'Foundry']
const regions = ['eu01', 'eu02', 'us01', 'us03', 'ca01', 'jp01']
/** Detections per hour of a normal tenant, from critical to info. */
const rates = [0.01, 0.06, 0.3, 0.8, 1.4]

/** Returns the estate of a benchmark, the same for the same size. */
export function makeRows(tenants: number, now: number): Row[] {
  const random = randomFrom(1)
  return Array.from({ length: tenants }, (_, i) => {
    const busy = random() ** 3 * 4
    const hours = rates.map(rate =>
      Array.from({ length: 24 }, () => Math.floor(rate * busy * 2 * random() + random() * 0.6)),
    )
    return {
      id: `${i.toString(16).padStart(8, '0')}-0000-4000-8000-${String(i * 7919).padStart(12, '0')}`,
      name: `${trades[i % trades.length]} ${i}`,
      hours,
      fresh: hours.map(counts => Math.floor((counts.at(-1) ?? 0) / 3)),
      collectedAt: now - Math.floor(random() * 140_000),
      ok: random() > 0.04,
    }
  })
}

/** Returns the estate after a refresh with one new detection of each severity for every hundredth tenant. */
export function touchOnePercent(rows: readonly Row[]): Row[] {
  return rows.map((row, i) =>
    i % 100 === 0
      ? {
          ...row,
          collectedAt: row.collectedAt + 900_000,
          hours: row.hours.map(counts => [...counts.slice(0, -1), (counts.at(-1) ?? 0) + 1]),
        }
      : row,
  )
}

/** Formats detections.csv as the collector does, worst first; without the byte order mark, which a browser takes away. */
export function toFile(rows: readonly Row[]): string {
  const sorted = rows
    .map(row => ({ row, counts: row.hours.map(sum) }))
    .sort((a, b) => compare(b.counts, a.counts) || (a.row.id < b.row.id ? -1 : 1))
  return [header, ...sorted.map(({ row, counts }) => toLine(row, counts)), ''].join('\r\n')
}

function toLine({ id, name, hours, fresh, collectedAt, ok }: Row, counts: readonly number[]): string {
  const at = new Date(collectedAt).toISOString()
  const hourly = Array.from({ length: 24 }, (_, hour) => sum(hours.map(list => list[hour] ?? 0)))
  return [
    id,
    ...counts,
    sum(counts),
    name,
    ok ? 'ok' : 'failed',
    ok ? undefined : 'Sophos Central did not answer within 30 s three times.',
    at,
    regions[Number.parseInt(id.slice(0, 8), 16) % regions.length],
    'counts',
    hourly.join(' '),
    'default',
    ...fresh,
    sum(fresh),
    new Date(collectedAt - 900_000).toISOString(),
    ...hours.map(list => list.join(' ')),
    'not_moved',
  ]
    .map(cell => (typeof cell === 'string' ? quoted(cell) : cell))
    .join(',')
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.reduce((order, count, i) => order || count - (b[i] ?? 0), 0)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

/** Returns numbers from 0 to 1, the same for the same seed (Numerical Recipes' linear congruential generator). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
