/** The layout of a long list of items with the same height; all in CSS pixels. */
export type Layout = {
  count: number
  itemHeight: number
  /** The open item, and how much higher it is than the others. */
  opened: { index: number; extra: number } | undefined
}

/** What is on the screen: `top` is how far the start of the list is above the top of the screen. */
export type Viewport = { top: number; height: number }

/** Items to draw beyond the edge, so that a quick turn of the wheel finds them there. */
const overscan = 8
/** The window moves in steps of this many items: most scroll events then draw nothing. */
const step = 4

/** Returns where item `index` starts, from the start of the list. `index` may be `count`: the end of the list. */
export function offsetOf({ itemHeight, opened }: Layout, index: number): number {
  return index * itemHeight + (opened && index > opened.index ? opened.extra : 0)
}

/** Returns the items to draw, from `from` up to but not including `to`: those on the screen and some beyond. */
export function visibleItems(layout: Layout, { top, height }: Viewport): { from: number; to: number } {
  const from = indexAt(layout, top) - overscan
  const to = indexAt(layout, top + height) + 1 + overscan
  return {
    from: Math.max(0, Math.min(layout.count, Math.floor(from / step) * step)),
    to: Math.max(0, Math.min(layout.count, Math.ceil(to / step) * step)),
  }
}

/** Returns the item at `y` pixels from the start of the list; the nearest one if `y` is outside it. */
export function indexAt({ count, itemHeight, opened }: Layout, y: number): number {
  const plain = Math.floor(y / itemHeight)
  const index =
    opened && plain > opened.index
      ? Math.max(opened.index, Math.floor((y - opened.extra) / itemHeight))
      : plain
  return Math.max(0, Math.min(count - 1, index))
}
