import type { Column, Sort } from '../../triage/view.ts'

/** Text columns, which sort from A first. All others are numbers and sort from the largest. */
const words: readonly Column[] = ['name', 'region', 'source', 'group']

/**
 * Returns the sort after a press on a column's heading: its usual direction, then the other, then the file's own order.
 */
export function nextSort(sort: Sort | undefined, column: Column): Sort | undefined {
  const natural = !words.includes(column)
  if (sort?.column !== column) return { column, descending: natural }
  return sort.descending === natural ? { column, descending: !natural } : undefined
}
