/** One row as the writer of detections.csv knows it; `undefined` becomes an empty cell. */
export type Row = {
  id: string
  counts: readonly (number | undefined)[]
  total: number | undefined
  name: string
  status?: string
  reason?: string
  collectedAt?: number | undefined
  hourly?: string
}

const header =
  'ID,Detections_Critical,Detections_High,Detections_Medium,Detections_Low,Detections_Info,Detections_Total,Name,Status,Reason,Collected_At,Region,Method,Hourly'

const adjectives = [
  'Northern',
  'Blue',
  'First',
  'Grand',
  'Harbour',
  'Alpine',
  'Green',
  'United',
  'Silver',
  'Old Town',
]
const trades = [
  'Logistics',
  'Dental Group',
  'Bakery',
  'Insurance',
  'Schools Trust',
  'Foundry',
  'Legal LLP',
  'Clinic',
  'Hotels',
  'Energy',
]
const forms = ['Ltd', 'GmbH', 'Inc', 'S.A.', 'AG', 'Co-operative', 'BV']
const reasons: Readonly<Record<string, string>> = {
  forbidden: 'Sophos Central refused access (403): no XDR or MDR licence, or partner assistance is off.',
  inactive: 'Sophos Central names no API host for this tenant; it may not be activated yet.',
  failed: 'Sophos Central did not answer within 30 s, three times.',
  not_found: 'Sophos Central does not know this tenant in its region (404).',
}

/**
 * An invented estate of `size` tenants in the writer's order, the same for the same arguments. `failing` is the share of tenants that cannot
 * be asked: two in three of these never could.
 */
export function makeEstate(
  size: number,
  { now, failing = 0.04, seed = 1 }: { now: number; failing?: number; seed?: number },
): Row[] {
  const random = generator(seed)
  const rows = Array.from({ length: size }, (_, i): Row => {
    const status =
      random() < failing ? pick(['forbidden', 'forbidden', 'inactive', 'failed', 'not_found'], random) : 'ok'
    const neverAsked = status !== 'ok' && random() < 0.66
    const name = `${pick(adjectives, random)} ${pick(trades, random)} ${pick(forms, random)}`
    const id = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
    const reason = reasons[status] ?? ''
    if (neverAsked)
      return {
        id,
        name,
        status,
        reason,
        counts: [undefined, undefined, undefined, undefined, undefined],
        total: undefined,
      }
    const noise = random() ** 3
    const counts = [0.1, 0.6, 3, 8, 14].map(rate =>
      Math.floor(rate * noise * 14 * random() + (random() < 0.02 ? 1 : 0)),
    )
    const total = counts.reduce((a, b) => a + b, 0)
    const collectedAt =
      status === 'ok'
        ? now - Math.floor(random() * 140_000)
        : now - Math.floor((2 + random() * 60) * 3_600_000)
    return { id, name, status, reason, counts, total, collectedAt, hourly: spread(total, random) }
  })
  return rows.sort(worstFirst)
}

function worstFirst(a: Row, b: Row): number {
  if ((a.total === undefined) !== (b.total === undefined)) return a.total === undefined ? 1 : -1
  for (const [i, count] of a.counts.entries()) {
    const difference = (b.counts[i] ?? 0) - (count ?? 0)
    if (difference !== 0) return difference
  }
  return a.name.localeCompare(b.name, 'en')
}

/** `total` detections over 24 hours, bursty as real ones are. */
function spread(total: number, random: () => number): string {
  const hours = Array.from({ length: 24 }, () => 0)
  const burst = Math.floor(random() * 24)
  for (let i = 0; i < total; i++) {
    const hour =
      random() < 0.3 ? (burst + Math.floor(random() * 5 * random())) % 24 : Math.floor(24 * random() ** 0.8)
    hours[hour] = (hours[hour] ?? 0) + 1
  }
  return hours.join(' ')
}

/** detections.csv for these rows, in the writer's format. */
export function toCsv(rows: readonly Row[]): string {
  const lines = rows.map(row => {
    const collectedAt = row.collectedAt === undefined ? '' : new Date(row.collectedAt).toISOString()
    const cells = [
      row.id,
      ...row.counts,
      row.total,
      row.name,
      row.status ?? 'ok',
      row.reason ?? '',
      collectedAt,
      'eu01',
      'counts',
      row.hourly ?? '',
    ]
    return cells.map(quote).join(',')
  })
  return [header, ...lines, ''].join('\r\n')
}

/** The first eight columns alone, every text in quotes. */
export function toEightColumns(rows: readonly Row[]): string {
  const names = header.split(',').slice(0, 8)
  const lines = rows.map(row =>
    [row.id, ...row.counts, row.total, row.name]
      .map(cell => `"${String(cell ?? '').replaceAll('"', '""')}"`)
      .join(','),
  )
  return [names.map(name => `"${name}"`).join(','), ...lines, ''].join('\r\n')
}

function quote(cell: string | number | undefined): string {
  const text = String(cell ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** status.json of a run that ended at `now`. */
export function makeStatus(rows: readonly Row[], now: number, more: object = {}, run: object = {}): string {
  const ok = rows.filter(row => (row.status ?? 'ok') === 'ok').length
  const attention = rows.length - ok
  return JSON.stringify({
    schemaVersion: 1,
    version: '0.1.0',
    demo: false,
    writtenAt: new Date(now).toISOString(),
    refreshIntervalMs: 900_000,
    tenants: { total: rows.length, byStatus: { ok, failed: attention } },
    sources: [
      {
        source: 'default',
        run: {
          startedAt: new Date(now - 140_000).toISOString(),
          endedAt: new Date(now).toISOString(),
          trigger: 'schedule',
          result: 'complete',
          message: `Collected ${ok} of ${rows.length} tenants in 2 min 20 s. ${attention} need attention.`,
          ...run,
        },
        nextRunAt: new Date(now + 760_000).toISOString(),
      },
    ],
    ...more,
  })
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('There is nothing to pick from in an empty list.')
  return item
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
