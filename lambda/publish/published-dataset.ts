import type { Status, Tenant } from '../tenants/tenant.ts'

/** A tenant as it is published, with the source that knows it. */
export type Row = Tenant & { readonly source: string }

/** A column of a CSV file: its name, and a tenant's cell. Unknown is an empty cell, never a zero. */
export type Column = readonly [name: string, cell: (row: Row) => string]

/** How a dataset is published: one CSV file, with one row for each tenant. */
export type PublishedDataset = {
  /** As status.json names it. */
  readonly name: string
  /** The file's key in the data bucket, such as "detections.csv". */
  readonly file: string
  readonly columns: readonly Column[]
  /** How the latest try ended. */
  status(tenant: Tenant): Status
  /** The time of the last good figures, milliseconds since the epoch. */
  collectedAt(tenant: Tenant): number | undefined
  /** The order of the rows. */
  worstFirst(a: Row, b: Row): number
}
