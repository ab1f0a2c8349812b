import type { RefObject } from 'preact'
import { useContext, useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { TickerContext, useTicking } from '../view/ticking.ts'
import { driftAt } from './drift.ts'
import { keepAwake } from './keep-awake.ts'
import { isHeld, isTouched, toggleHold, touch, turn, turnBy } from './paging.ts'

/**
 * Returns how many rows fit into the element. A row is as high as the element's line height, which grows with the
 * screen.
 */
export function useFittingRows(area: RefObject<HTMLElement | null>): number {
  const [rows, setRows] = useState(1)
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    const measure = () => {
      const rowHeight = Number.parseFloat(getComputedStyle(element).lineHeight)
      // A rounded pixel must not cost a row.
      setRows(Math.max(1, Math.floor((element.clientHeight + 1) / rowHeight)))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [area])
  return rows
}

/**
 * The current page and its controls: arrow keys turn pages, the space bar pauses, moving the mouse pauses for a while.
 */
export function usePaging(pages: number) {
  const { now, subscribe } = useContext(TickerContext)
  const [turning, setTurning] = useState(() => ({ page: 0, since: now(), heldUntil: 0, touchedUntil: 0 }))
  useLayoutEffect(
    () => subscribe(() => setTurning(before => turn(before, now(), pages))),
    [now, subscribe, pages],
  )
  useEffect(() => {
    const move = () => setTurning(before => touch(before, now()))
    const key = (event: KeyboardEvent) => {
      const step = steps[event.key]
      if (step) setTurning(before => turnBy(before, step, now(), pages))
      // On a button, the space bar presses that button.
      else if (event.key === ' ' && !(event.target instanceof HTMLButtonElement)) {
        event.preventDefault()
        setTurning(before => toggleHold(before, now()))
      }
    }
    document.addEventListener('pointermove', move, { passive: true })
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointermove', move)
      document.removeEventListener('keydown', key)
    }
  }, [now, pages])
  const held = useTicking(at => isHeld(turning, at))
  const rests = useTicking(at => isHeld(turning, at) || isTouched(turning, at))
  return { page: turning.page, held, rests, toggle: () => setTurning(before => toggleHold(before, now())) }
}

const steps: Readonly<Record<string, 1 | -1>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
}

/** Returns true after a few seconds without mouse or keys: then the cursor is hidden. */
export function useIdle(): boolean {
  const [idle, setIdle] = useState(true)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const wake = () => {
      setIdle(false)
      clearTimeout(timer)
      timer = setTimeout(() => setIdle(true), 4000)
    }
    document.addEventListener('pointermove', wake, { passive: true })
    document.addEventListener('keydown', wake)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointermove', wake)
      document.removeEventListener('keydown', wake)
    }
  }, [])
  return idle
}

/** Returns whether the page keeps the screen on. */
export function useAwake(): boolean {
  const [can, setCan] = useState(true)
  useEffect(() => {
    const awake = keepAwake(window)
    setCan(awake.can)
    return awake.stop
  }, [])
  return can
}

/** Moves the element a little every few minutes. */
export function useDrift(element: RefObject<HTMLElement | null>): void {
  const place = useTicking(now => driftAt(now).join())
  useLayoutEffect(() => {
    const [x, y] = place.split(',')
    element.current?.style.setProperty('--drift-x', x ?? '0')
    element.current?.style.setProperty('--drift-y', y ?? '0')
  }, [element, place])
}
