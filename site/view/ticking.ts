import { createContext } from 'preact'
import { useContext, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Ticker } from '../poll/ticker.ts'

/** The one clock of the page, for all components below App. */
export const TickerContext = createContext<Ticker>({ now: () => 0, subscribe: () => () => {} })

/**
 * Returns the result of `derive` at the current time. Draws the component again only when the result changes, not every
 * second.
 */
export function useTicking<Value extends string | boolean>(derive: (now: number) => Value): Value {
  const ticker = useContext(TickerContext)
  const [, redraw] = useState(0)
  const value = derive(ticker.now())
  const shown = useRef({ value, derive })
  shown.current = { value, derive }
  useLayoutEffect(
    () =>
      ticker.subscribe(() => {
        if (shown.current.derive(ticker.now()) !== shown.current.value) redraw(count => count + 1)
      }),
    [ticker],
  )
  return value
}

/** A text that ages. A component of its own, so that a tick of the clock draws nothing around it. */
export function Ticking({ text }: { text: (now: number) => string }) {
  return useTicking(text)
}
