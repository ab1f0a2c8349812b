import type { Status, Tenant } from '../tenants/tenant.ts'

/** A tenant as it is published, with the source that knows it. */
export type Row = Tenant & { readonly source: string }

/** A cell of a CSV file. A text may be foreign: the file's writer makes it safe. Unknown is undefined, never a zero. */
export type Cell = string | number | undefined

/** A column of a CSV file: its name, and a tenant's cell. */
export type Column = readonly [name: string, cell: (row: Row) => Cell]

/** How a dataset is published: a CSV file with one row for each tenant, and perhaps its twin. */
export type PublishedDataset = {
  /** As status.json names it. */
  readonly name: string
  /** The file's key in the data bucket, such as "detections.csv". */
  readonly file: string
  readonly columns: readonly Column[]
  /** The file for pages and sheets that were built for the community script's, if it has one of these figures. */
  readonly community: { readonly file: string; readonly columns: readonly Column[] } | undefined
  /** How the latest try ended. */
  status(tenant: Tenant): Status
  /** The time of the last good figures, milliseconds since the epoch. */
  collectedAt(tenant: Tenant): number | undefined
  /** The order of the rows. */
  worstFirst(a: Row, b: Row): number
}

/** The keys of a dataset's files in the data bucket. */
export const filesOf = ({ file, community }: Pick<PublishedDataset, 'file' | 'community'>): string[] =>
  community ? [file, community.file] : [file]
