import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Layout, visibleItems } from './visible-items.ts'

/** Returns which items of a list to draw while the page scrolls. Draws again only when that changes. */
export function useWindow(list: RefObject<HTMLElement | null>, layout: Layout): { from: number; to: number } {
  const [, redraw] = useState(0)
  const top = list.current ? -list.current.getBoundingClientRect().top : 0
  const range = visibleItems(layout, { top, height: window.innerHeight })
  const shown = useRef({ range, layout })
  shown.current = { range, layout }
  useLayoutEffect(() => {
    const look = () => {
      if (!list.current) return
      const viewport = { top: -list.current.getBoundingClientRect().top, height: window.innerHeight }
      const { range, layout } = shown.current
      const next = visibleItems(layout, viewport)
      if (next.from !== range.from || next.to !== range.to) redraw(count => count + 1)
    }
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    look()
    return () => {
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [list])
  return range
}
