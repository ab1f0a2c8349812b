import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Tenant } from '../../data/tenant.ts'
import { indexAt, type Layout, offsetOf } from './visible-items.ts'

type Drawn = { tenants: readonly Tenant[]; layout: Layout }

/**
 * Keeps a row at its place on the screen while rows above it change: the row with the focus, else the first fully
 * visible one. At the top of the page it holds no row, so that the worst tenants show first.
 */
export function useAnchor(
  body: RefObject<HTMLElement | null>,
  tenants: readonly Tenant[],
  layout: Layout,
  indexOf: ReadonlyMap<string, number>,
): void {
  const drawn = useRef<Drawn>({ tenants, layout })
  const changed = drawn.current.tenants !== tenants
  const anchor = changed && body.current ? findAnchor(body.current, drawn.current) : undefined
  useLayoutEffect(() => {
    drawn.current = { tenants, layout }
    const index = anchor && indexOf.get(anchor.key)
    if (!body.current || anchor === undefined || index === undefined) return
    const now = body.current.getBoundingClientRect().top + offsetOf(layout, index)
    if (Math.abs(now - anchor.y) >= 1) window.scrollBy(0, now - anchor.y)
  })
}

/** Returns the row to hold, and its distance from the top of the screen. */
function findAnchor(body: HTMLElement, { tenants, layout }: Drawn): { key: string; y: number } | undefined {
  const top = body.getBoundingClientRect().top
  const head = body.previousElementSibling?.getBoundingClientRect().height ?? 0
  const focused = body.querySelector<HTMLElement>('.tenant:focus-within')
  if (focused?.dataset.key !== undefined) {
    const y = focused.getBoundingClientRect().top
    if (y >= 0 && y < window.innerHeight) return { key: focused.dataset.key, y }
  }
  if (top >= head) return undefined
  const first = indexAt(layout, head - top) + 1
  const tenant = tenants[Math.min(first, tenants.length - 1)]
  return tenant && { key: tenant.key, y: top + offsetOf(layout, first) }
}
