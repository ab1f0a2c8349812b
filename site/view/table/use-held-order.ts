import type { RefObject } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { Tenant } from '../../data/tenant.ts'
import { TickerContext } from '../ticking.ts'
import { holdOrder } from './hold-order.ts'

/** After this long without activity in the table, the worst tenants go to the top again. */
const atWorkMs = 60_000
const inputs = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove'] as const

type Shown = { view: string; arranged: readonly Tenant[]; tenants: readonly Tenant[] }

/**
 * Returns the order of the rows: that of `arranged`, except while the reader works in the table. Then the order stays,
 * and new data appears in the rows where they are. `view` identifies the view: a new one has no order to keep.
 */
export function useHeldOrder(
  table: RefObject<HTMLElement | null>,
  arranged: readonly Tenant[],
  view: string,
) {
  const ticker = useContext(TickerContext)
  const lastInput = useRef(Number.NEGATIVE_INFINITY)
  const shown = useRef<Shown | undefined>(undefined)
  const [, redraw] = useState(0)

  useEffect(() => {
    const element = table.current
    const note = () => {
      lastInput.current = ticker.now()
    }
    for (const input of inputs) element?.addEventListener(input, note, { passive: true })
    return () => {
      for (const input of inputs) element?.removeEventListener(input, note)
    }
  }, [table, ticker])

  const before = shown.current
  if (!before || before.view !== view) shown.current = { view, arranged, tenants: arranged }
  else if (before.arranged !== arranged) {
    const atWork = ticker.now() - lastInput.current < atWorkMs
    const held = () =>
      holdOrder(
        before.tenants.map(({ key }) => key),
        arranged,
      )
    shown.current = { view, arranged, tenants: atWork ? held() : arranged }
  }
  const tenants = shown.current?.tenants ?? arranged
  return {
    tenants,
    held: tenants !== arranged,
    sortAgain: () => {
      shown.current = undefined
      redraw(count => count + 1)
    },
  }
}
