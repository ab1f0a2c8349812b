/** Where a key takes the focus from item `index` of `count`, a screen holding `page` of them; undefined for a key that moves nothing. */
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
