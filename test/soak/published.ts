import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'

/** A row of a published file, by the names of its columns. */
export type PublishedRow = Readonly<Record<string, string>>

/** What lies in the bucket for readers, as any other program would read it. */
export type Published = {
  readonly csv: string
  readonly rows: readonly PublishedRow[]
  readonly status: Status | undefined
  readonly statusText: string
}

type ByStatus = Readonly<Record<string, number>>
type Status = {
  readonly tenants: { readonly total: number; readonly byStatus: ByStatus }
  readonly new: {
    readonly tenants: number
    readonly critical: number
    readonly high: number
    readonly worst: readonly { readonly id: string; readonly critical: number; readonly high: number }[]
  }
  readonly datasets: readonly { readonly name: string; readonly byStatus: ByStatus }[]
  readonly sources: readonly {
    readonly run: { readonly counts?: { readonly tenants: number; readonly moved: number } }
    readonly migration: { readonly moved: number; readonly notMoved: number; readonly notChecked: number }
  }[]
}

/** Reads the two files. A CSV that is as it was gives the very rows of `before`. */
export function readPublished(
  text: (key: string) => string | undefined,
  before: Published | undefined,
): Published {
  const csv = text('detections.csv') ?? ''
  const status = text('status.json')
  return {
    csv,
    rows: before?.csv === csv ? before.rows : (parse(csv, { columns: true, bom: true }) as PublishedRow[]),
    status: status === undefined ? undefined : (JSON.parse(status) as Status),
    statusText: status ?? '',
  }
}

/** The rows of one day of the history. */
export const readHistory = (bytes: Uint8Array): PublishedRow[] =>
  parse(gunzipSync(bytes), { columns: true }) as PublishedRow[]
