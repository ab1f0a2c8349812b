/**
 * Returns the items of `next` in the order on the screen. A new item goes after the item that precedes it in `next`.
 */
export function holdOrder<Item extends { key: string }>(
  shown: readonly string[],
  next: readonly Item[],
): readonly Item[] {
  const place = new Map(shown.map((key, index) => [key, index]))
  const known = next.filter(({ key }) => place.has(key))
  const ordered = [...known].sort((a, b) => (place.get(a.key) ?? 0) - (place.get(b.key) ?? 0))
  if (known.every((item, index) => item === ordered[index])) return next

  const followers = new Map<string | undefined, Item[]>()
  let before: string | undefined
  for (const item of next) {
    if (place.has(item.key)) before = item.key
    else followers.set(before, [...(followers.get(before) ?? []), item])
  }
  const held = [undefined, ...ordered].flatMap(item => [
    ...(item ? [item] : []),
    ...(followers.get(item?.key) ?? []),
  ])
  return held
}
