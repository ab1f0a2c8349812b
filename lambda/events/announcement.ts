import { longestName } from '../sophos/tenants.ts'
import { plainText } from '../text/plain.ts'

/** The `source` of every event, for EventBridge rules to match. */
export const eventSource = 'sophos-detections-dashboard'

/** The `detail-type` of the events. */
export const detailTypes = ['New detections', 'Back to quiet', 'Run failed', 'Run recovered'] as const
type DetailType = (typeof detailTypes)[number]

/** One event. */
export type Announcement = { readonly detailType: DetailType; readonly detail: Detail }

type Detail = {
  readonly schemaVersion: 1
  /** A sentence for people. */
  readonly message: string
  /** The name of the installation, and of the credential in it. */
  readonly installation: string
  readonly source: string
  readonly at: string
  /** Whether the figures come from a simulator. */
  readonly demo: boolean
  /** The address of the page, if known. */
  readonly dashboard?: string
} & Readonly<Record<string, unknown>>

/**
 * One event names at most this many tenants and counts the rest. EventBridge takes 256 KB for an entry; a hundred tenants
 * with names of 200 characters of four bytes each take less than half of that.
 */
const mostNamed = 100
/** Returns the first items of a list, and how many more there are. */
export const named = <Item>(items: readonly Item[]): { worst: Item[]; more: number } => ({
  worst: items.slice(0, mostNamed),
  more: Math.max(0, items.length - mostNamed),
})

/** A name or an id; the state of an earlier version can hold longer ones. */
export const shortened = (name: string): string => plainText(name, longestName)
