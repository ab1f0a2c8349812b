import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'

/** A row of a published file, by the names of its columns. */
export type PublishedRow = Readonly<Record<string, string>>

/** What lies in the bucket for readers, as any other program would read it. */
export type Published = {
  readonly rows: readonly PublishedRow[]
  readonly status: Status | undefined
  /** The text of both, to search it for what must not be there. */
  readonly text: string
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

export function readPublished(text: (key: string) => string | undefined): Published {
  const csv = text('detections.csv') ?? ''
  const status = text('status.json')
  return {
    rows: parse(csv, { columns: true, bom: true }) as PublishedRow[],
    status: status === undefined ? undefined : (JSON.parse(status) as Status),
    text: csv + (status ?? ''),
  }
}

/** The rows of one day of the history. */
export const readHistory = (bytes: Uint8Array): PublishedRow[] =>
  parse(gunzipSync(bytes), { columns: true }) as PublishedRow[]
