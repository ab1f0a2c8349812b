import { type Severity, severities } from '../data/tenant.ts'

/** Everything that the table can be sorted by. */
export const columns = [
  'name',
  ...severities,
  'total',
  'new',
  'unseen',
  'status',
  'age',
  'region',
  'source',
  'group',
  'unusual',
] as const
export type Column = (typeof columns)[number]

export type Sort = { column: Column; descending: boolean }

export const layouts = ['desk', 'wall', 'access'] as const
export type Layout = (typeof layouts)[number]

/** What data is shown, and how. All of it is in the address, so that users can share it and it survives a reload. */
export type View = {
  search: string
  /** An empty list filters nothing. A row passes a list if it matches one of its values. */
  severities: readonly Severity[]
  statuses: readonly string[]
  regions: readonly string[]
  sources: readonly string[]
  groups: readonly string[]
  onlyNew: boolean
  onlyUnseen: boolean
  showMuted: boolean
  /** `undefined` is the file's own order, with tenants that users must not overlook moved up. */
  sort: Sort | undefined
  /** The key of the open tenant. */
  tenant: string | undefined
  layout: Layout
  /** Parameters that do not belong to the view (`lang`), kept as they are. */
  others: readonly (readonly [name: string, value: string])[]
}

/** The page's own parameters in the address. */
const names = [
  'q',
  'severity',
  'status',
  'region',
  'source',
  'group',
  'new',
  'unseen',
  'muted',
  'sort',
  'tenant',
  'view',
]

/** Longer than any name in Sophos Central: the page never writes a longer one. */
const mostCharacters = 300
const mostValues = 100

/** Reads the view from an address's query, with or without its `?`. Ignores what it does not know; never throws. */
export function readView(query: string): View {
  const params = new URLSearchParams(query)
  const values = (name: string) =>
    [...new Set(params.getAll(name).filter(value => value !== '' && value.length <= mostCharacters))].slice(
      0,
      mostValues,
    )
  const [tenant] = values('tenant')
  return {
    search: (params.get('q') ?? '').slice(0, mostCharacters).toWellFormed(),
    severities: severities.filter(severity => values('severity').includes(severity)),
    statuses: values('status'),
    regions: values('region'),
    sources: values('source'),
    groups: values('group'),
    onlyNew: params.get('new') === '1',
    onlyUnseen: params.get('unseen') === '1',
    showMuted: params.get('muted') !== '0',
    sort: readSort(params.get('sort') ?? ''),
    tenant,
    layout: layouts.find(layout => layout === params.get('view')) ?? 'desk',
    others: [...params].filter(([name]) => !names.includes(name)),
  }
}

/** Returns the query of an address that shows this view, without `?`; empty for the default view. */
export function writeView(view: View): string {
  const params = new URLSearchParams()
  const append = (name: string, values: readonly string[]) => {
    for (const value of values) params.append(name, value)
  }
  if (view.layout !== 'desk') params.append('view', view.layout)
  if (view.search !== '') params.append('q', view.search)
  append('severity', view.severities)
  append('status', view.statuses)
  append('region', view.regions)
  append('source', view.sources)
  append('group', view.groups)
  if (view.onlyNew) params.append('new', '1')
  if (view.onlyUnseen) params.append('unseen', '1')
  if (!view.showMuted) params.append('muted', '0')
  if (view.sort) params.append('sort', `${view.sort.descending ? '-' : ''}${view.sort.column}`)
  if (view.tenant !== undefined) params.append('tenant', view.tenant)
  for (const [name, value] of view.others) params.append(name, value)
  return params.toString()
}

/** `critical` sorts ascending, `-critical` descending. */
function readSort(text: string): Sort | undefined {
  const descending = text.startsWith('-')
  const column = columns.find(name => name === text.slice(descending ? 1 : 0))
  return column && { column, descending }
}

/** Returns whether a filter or search is active, so that the page can say that this is not everything. */
export function isFiltered(view: View): boolean {
  return (
    view.search.trim() !== '' ||
    view.onlyNew ||
    view.onlyUnseen ||
    !view.showMuted ||
    [view.severities, view.statuses, view.regions, view.sources, view.groups].some(list => list.length > 0)
  )
}
