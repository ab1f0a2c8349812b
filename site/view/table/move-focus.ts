/**
 * Returns the item that a key moves the focus to, from item `index` of `count` with `page` items per screen; undefined
 * for other keys.
 */
export function moveFocus(key: string, index: number, count: number, page: number): number | undefined {
  const to = target(key, index, count, page)
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to))
}

function target(key: string, index: number, count: number, page: number): number | undefined {
  if (key === 'ArrowDown' || key === 'j') return index + 1
  if (key === 'ArrowUp' || key === 'k') return index - 1
  if (key === 'PageDown') return index + page
  if (key === 'PageUp') return index - page
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}
