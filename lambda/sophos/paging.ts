import { UnexpectedAnswerError } from './errors.ts'

/** What Sophos says of a list on one of its pages: a page's `size`, the `total` of pages, and all `items`. */
type PageNumbers = {
  readonly size?: number | undefined
  readonly total?: number | undefined
  readonly items?: number | undefined
}

/** One page as it came. `fresh` is how many of its `entries` were on no earlier page, each once. */
type Page = {
  readonly number: number
  readonly entries: number
  readonly fresh: number
  readonly says: PageNumbers
}

/**
 * Follows a list from page to page, and decides what its pages prove. `what` names the list in errors.
 *
 * The end is proved by an empty page, by `total` or `items`, or by a page that is not as long as its own `size`. A page
 * that is only shorter than asked for proves nothing, as a server may have smaller pages: one page more is asked for. So it
 * is where `total` and `items` contradict each other.
 *
 * The list is complete if exactly as many entries came as `items` says, with those that came twice or without, as Sophos may
 * count either; and if all pages said the same numbers. Numbers that changed mean that somebody joined or left in between,
 * so that others may have moved to a page that was already read.
 */
export function followPages(what: string) {
  const said = { total: new Set<number>(), items: new Set<number>() }
  let [received, distinct] = [0, 0]
  /** Tenants joined or left while the list was read. */
  const hasChanged = (): boolean => said.total.size > 1 || said.items.size > 1
  const areAll = (items: number | undefined): boolean => items === received || items === distinct

  return {
    /** Notes a page. Returns whether another one has to be asked for. Throws UnexpectedAnswerError if one is missing. */
    goesOnAfter({ number, entries, fresh, says }: Page): boolean {
      received += entries
      distinct += fresh
      if (says.total !== undefined) said.total.add(says.total)
      if (says.items !== undefined) said.items.add(says.items)
      const moreFollow = says.total !== undefined && number < says.total
      if (entries === 0 && moreFollow) {
        throw new UnexpectedAnswerError(
          `Sophos' ${what} has a gap: page ${number} of ${says.total} is empty.`,
        )
      }
      if (fresh === 0 && moreFollow) {
        throw new UnexpectedAnswerError(
          `Sophos' ${what} does not end: page ${number} has no new entry, but more pages follow.`,
        )
      }
      // Pages beyond the end may repeat the last one.
      if (fresh === 0) return false
      if (moreFollow) return true
      if (says.items !== undefined) return !areAll(says.items)
      return says.total === undefined && !(says.size && entries < says.size)
    },
    isComplete(): boolean {
      const [items] = said.items
      return received > 0 && areAll(items) && !hasChanged()
    },
    /** Whether the list changed while it was read. */
  }
}
