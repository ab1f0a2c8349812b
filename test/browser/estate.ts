/** One row as the writer of detections.csv writes it; `undefined` becomes an empty cell. */
export type Row = {
  id: string
  counts: readonly (number | undefined)[]
  total: number | undefined
  name: string
  status?: string
  reason?: string
  collectedAt?: number | undefined
  hourly?: string
  region?: string
  source?: string
  method?: string
  /** New since the previous run, worst first; unknown if missing. */
  news?: readonly number[]
  /** Like `hourly`, for each severity, worst first. */
  hours?: readonly string[]
  migration?: string
}

const severities = ['Critical', 'High', 'Medium', 'Low', 'Info'] as const
const eightColumns = [
  'ID',
  ...severities.map(severity => `Detections_${severity}`),
  'Detections_Total',
  'Name',
] as const
const header = [
  ...eightColumns,
  ...['Status', 'Reason', 'Collected_At', 'Region', 'Method', 'Hourly', 'Source'],
  ...severities.map(severity => `New_${severity}`),
  ...['New_Total', 'New_Since'],
  ...severities.map(severity => `Hourly_${severity}`),
  'Migration',
]

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
  moved: 'Sophos moved this tenant to Fusion, where it is not asked yet.',
}
const regions = ['eu01', 'eu02', 'us01', 'us03', 'ca01', 'jp01']

export type EstateOptions = {
  now: number
  /** The share of tenants that fail. */
  failing?: number
  /** How many moved to Fusion. */
  moved?: number
  seed?: number
}

/**
 * Returns an invented estate of `size` tenants in the writer's order, the same for the same arguments. Two in three of
 * the failing tenants have never worked.
 */
export function makeEstate(size: number, { now, failing = 0.04, moved = 0, seed = 1 }: EstateOptions): Row[] {
  const random = generator(seed)
  const rows = Array.from({ length: size }, (_, i): Row => {
    const troubles = ['forbidden', 'forbidden', 'inactive', 'failed', 'not_found']
    const status = random() < failing ? pick(troubles, random) : i < moved ? 'moved' : 'ok'
    const region = pick(regions, random)
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
        region,
        counts: [undefined, undefined, undefined, undefined, undefined],
        total: undefined,
      }
    const noise = random() ** 3
    const counts = [0.1, 0.6, 3, 8, 14].map(rate =>
      Math.floor(rate * noise * 14 * random() + (random() < 0.02 ? 1 : 0)),
    )
    const hours = counts.map(count => spread(count, random))
    const hourly = hours[0]?.map((_, hour) => hours.reduce((sum, one) => sum + (one[hour] ?? 0), 0)) ?? []
    const collectedAt =
      status === 'ok'
        ? now - Math.floor(random() * 140_000)
        : now - Math.floor((2 + random() * 60) * 3_600_000)
    return {
      id,
      name,
      status,
      reason,
      region,
      migration: status === 'moved' ? 'moved' : 'not_moved',
      counts,
      total: counts.reduce((a, b) => a + b, 0),
      collectedAt,
      hourly: hourly.join(' '),
      hours: hours.map(one => one.join(' ')),
      news: hours.map(one => (random() < 0.5 ? (one.at(-1) ?? 0) : 0)),
    }
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

/** Spreads `total` detections over 24 hours, in bursts like real ones. */
function spread(total: number, random: () => number): number[] {
  const hours = Array.from({ length: 24 }, () => 0)
  const burst = Math.floor(random() * 24)
  for (let i = 0; i < total; i++) {
    const hour =
      random() < 0.3 ? (burst + Math.floor(random() * 5 * random())) % 24 : Math.floor(24 * random() ** 0.8)
    hours[hour] = (hours[hour] ?? 0) + 1
  }
  return hours
}

/** Returns detections.csv for these rows, in the writer's format. */
export function toCsv(rows: readonly Row[]): string {
  const lines = rows.map(row => {
    const collectedAt = row.collectedAt === undefined ? '' : new Date(row.collectedAt).toISOString()
    const newsSince =
      row.collectedAt === undefined || !row.news ? '' : new Date(row.collectedAt - 900_000).toISOString()
    const cells = [
      ...[row.id, ...row.counts, row.total, row.name],
      ...[
        row.status ?? 'ok',
        row.reason,
        collectedAt,
        row.region ?? 'eu01',
        row.method ?? 'counts',
        row.hourly,
      ],
      row.source ?? 'default',
      ...(row.news ?? Array(5).fill('')),
      row.news?.reduce((a, b) => a + b, 0),
      newsSince,
      ...(row.hours ?? Array(5).fill('')),
      row.migration ?? 'not_checked',
    ]
    return cells.map(toCell).join(',')
  })
  return [`\uFEFF${header.map(toCell).join(',')}`, ...lines, ''].join('\r\n')
}

/** Returns only the first eight columns, with all text in quotes. */
export function toEightColumns(rows: readonly Row[]): string {
  const lines = rows.map(row =>
    [row.id, ...row.counts, row.total, row.name]
      .map(cell => `"${String(cell ?? '').replaceAll('"', '""')}"`)
      .join(','),
  )
  return [eightColumns.map(name => `"${name}"`).join(','), ...lines, ''].join('\r\n')
}

function toCell(cell: string | number | undefined): string {
  return typeof cell === 'string' && cell !== '' ? `"${cell.replaceAll('"', '""')}"` : String(cell ?? '')
}

/** Returns settings.json with two groups and two muted tenants, named as in these rows. */
export function makeSettings(rows: readonly Row[], more: object = {}): string {
  const names = rows.map(({ name }) => name)
  return JSON.stringify({
    schemaVersion: 1,
    tenantLink: 'https://central.sophos.com/manage/{region}/{id}',
    groups: [
      { name: 'Retail', tenants: names.filter(name => /Bakery|Hotels/.test(name)) },
      { name: 'Public sector', tenants: names.filter(name => /Schools|Clinic/.test(name)) },
    ],
    muted: names.slice(2, 4).map(tenant => ({ tenant, until: '2027-01-31', why: 'penetration test' })),
    ...more,
  })
}

/** Returns status.json of a run that ended at `now`. */
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
          counts: { tenants: rows.length, collected: ok, waiting: 0, needAttention: attention, moved: 0 },
          message: `Collected ${ok} of ${rows.length} tenants in 2 min 20 s. ${attention} need attention.`,
          ...run,
        },
        budget: [
          { window: '10/s', limit: 10, periodMs: 1000, left: 10 },
          { window: '100/m', limit: 100, periodMs: 60_000, left: 81 },
          { window: '1000/h', limit: 1000, periodMs: 3_600_000, left: 412 },
          { window: '200000/d', limit: 200_000, periodMs: 86_400_000, left: 177_650 },
        ],
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

/** Returns a generator of numbers in [0, 1), the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
