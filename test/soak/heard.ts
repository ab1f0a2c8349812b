import type { Served } from '../virtual-sophos.ts'
import { type Figures, hoursOfCounts, hoursOfItems, sumOf, textsOf, timeOfFigures } from './figures.ts'

/** A list of tenants that reached the collector, page by page. */
type HeardList = { readonly at: number; readonly names: ReadonlyMap<string, string>; isWhole: boolean }

type Query = { tenantId: string; to: number; startedAt: number; pages: Map<string, Item[][]> }
type Item = { time: string; severity: number }
type RunBody = { id: string; status: string; result: string; resultCount?: number }

/** What the server told the collector, and when. Times in ms of the true clock. */
export type Heard = {
  /** Reads one call. `setBackMs`: how far the run's clock is behind. `isDeaf`: its process is dead. */
  add(served: Served, run: { setBackMs: number; isDeaf: boolean }): void
  /** The clock of the runs is set, or right again: the run writes the book of calls by it, even if it makes none. */
  clockSet(): void
  answersOf(tenantId: string): readonly Figures[]
  /** The latest call about a tenant, and whether the server refused it (403, 404). */
  lastCallTo(tenantId: string): { readonly at: number; readonly isRefused: boolean } | undefined
  readonly lists: HeardList[]
  /** Tokens that were given out. */
  readonly tokens: Set<string>
  /** `era` changes with the clock of the runs. */
  readonly calls: { readonly at: number; readonly endpoint: string; readonly era: number }[]
}

export function makeHeard(): Heard {
  const answers = new Map<string, Figures[]>()
  const lastCalls = new Map<string, { at: number; isRefused: boolean }>()
  const queries = new Map<string, Query>()
  const lists: HeardList[] = []
  const tokens = new Set<string>()
  const calls: Heard['calls'] = []
  let seq = 0
  let era = 0

  function addFigures(
    tenantId: string,
    figures: Omit<Figures, 'seq' | 'total' | 'bySeverity' | 'time' | 'minute'>,
  ): void {
    seq += 1
    const all = answers.get(tenantId) ?? []
    all.push({ ...figures, ...textsOf(figures.collectedAt), ...sumOf(figures.hours), seq })
    answers.set(tenantId, all)
  }

  function addCounts({ tenantId = '', endedAt }: Served, json: unknown, now: number): void {
    const to = Date.parse((json as { to: string }).to)
    const hours = hoursOfCounts(json)
    const collectedAt = timeOfFigures(to, now)
    // The server cuts at fractions of a millisecond, and rounds `to` down.
    addFigures(tenantId, { method: 'counts', to, servedAt: to + 1, heardAt: endedAt, collectedAt, hours })
  }

  function finishQuery(
    { tenantId, to, startedAt }: Query,
    items: Item[],
    endedAt: number,
    now: number,
  ): void {
    const hours = hoursOfItems(items)
    const collectedAt = timeOfFigures(to, now)
    addFigures(tenantId, { method: 'query', to, servedAt: startedAt, heardAt: endedAt, collectedAt, hours })
  }

  function addRun(served: Served, json: unknown, now: number): void {
    const { endpoint, tenantId = '', body, receivedAt, endedAt } = served
    const { id, status, result, resultCount } = json as RunBody
    if (endpoint === 'runStart') {
      const to = Date.parse((JSON.parse(body) as { to: string }).to)
      queries.set(id, { tenantId, to, startedAt: receivedAt, pages: new Map() })
    }
    const query = queries.get(id)
    if (query && status === 'finished' && result === 'succeeded' && resultCount === 0)
      finishQuery(query, [], endedAt, now)
  }

  function addPage({ path, query: asked, endedAt }: Served, json: unknown, now: number): void {
    const query = queries.get(path.split('/').at(-2) ?? '')
    if (!query) return
    const { items, pages } = json as { items: Item[]; pages: { current: number; total: number } }
    const size = asked.get('pageSize') ?? ''
    const got = query.pages.get(size) ?? []
    got[pages.current] = items
    query.pages.set(size, got)
    if (Object.keys(got).length === pages.total) finishQuery(query, got.flat(), endedAt, now)
  }

  function addList({ query, endedAt }: Served, json: unknown): void {
    const { items, pages } = json as {
      items: { id: string; name: string; showAs?: string }[]
      pages: { total?: number }
    }
    const page = Number(query.get('page'))
    const earlier = page === 1 ? undefined : lists.at(-1)
    if (earlier) lists.pop()
    const names = new Map([
      ...(earlier?.names ?? []),
      ...items.map(({ id, name, showAs }) => [id, showAs ?? name] as const),
    ])
    lists.push({ at: endedAt, names, isWhole: page === pages.total })
  }

  return {
    clockSet() {
      era += 1
    },
    add(served, { setBackMs, isDeaf }) {
      const { endpoint, tenantId, receivedAt, endedAt, answer } = served
      calls.push({ at: receivedAt, endpoint, era })
      if (tenantId && endpoint !== 'fusion')
        lastCalls.set(tenantId, { at: receivedAt, isRefused: [403, 404].includes(answer?.status ?? 0) })
      if (isDeaf || !answer || answer.status > 299 || answer.json === undefined) return
      const now = endedAt - setBackMs
      const { json } = answer
      if (endpoint === 'counts') addCounts(served, json, now)
      if (endpoint === 'runStart' || endpoint === 'runStatus') addRun(served, json, now)
      if (endpoint === 'runResults') addPage(served, json, now)
      if (endpoint === 'partnerTenants') addList(served, json)
      if (endpoint === 'token') tokens.add((json as { access_token: string }).access_token)
    },
    answersOf: tenantId => answers.get(tenantId) ?? [],
    lastCallTo: tenantId => lastCalls.get(tenantId),
    lists,
    tokens,
    calls,
  }
}
