/** The `source` of every event: what a rule of EventBridge matches first. */
export const eventSource = 'sophos-detections-dashboard'

/** What is announced, as the `detail-type` of the event. */
export const detailTypes = ['New detections', 'Back to quiet', 'Run failed', 'Run recovered'] as const
type DetailType = (typeof detailTypes)[number]

/** One event, as it is put on the bus. `detail` is a JSON object that begins with `schemaVersion` and `message`. */
export type Announcement = { readonly detailType: DetailType; readonly detail: Detail }

type Detail = {
  readonly schemaVersion: 1
  /** A plain sentence for people. */
  readonly message: string
  /** The credential whose run tells it. */
  readonly source: string
  readonly at: string
  /** The figures come from a simulator. */
  readonly demo: boolean
  /** The address of the page, where it is known. */
  readonly dashboard?: string
} & Readonly<Record<string, unknown>>

/**
 * At most so many tenants are named in one event, and the rest is a number. EventBridge takes 256 KB for an entry; a
 * hundred tenants with names of 200 characters of four bytes each take less than half of that.
 */
const mostNamed = 100
const longestName = 200
const longestMessage = 2_000

/** The first of a list in an event, and how many more there are. */
export const named = <Item>(items: readonly Item[]): { worst: Item[]; more: number } => ({
  worst: items.slice(0, mostNamed),
  more: Math.max(0, items.length - mostNamed),
})

/** A name as it goes into an event: Sophos sets no limit that is known. */
export const shortened = (name: string): string => cut(name, longestName)

/** A sentence as it goes into an event; Sophos' own words may be in it. */
export const shortMessage = (message: string): string => cut(message, longestMessage)

const cut = (text: string, longest: number): string => {
  const letters = [...text]
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : text
}
