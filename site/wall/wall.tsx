import './wall.css'
import type { FunctionComponent } from 'preact'
import { useContext, useEffect, useErrorBoundary, useRef } from 'preact/hooks'
import { type Build, releaseWatch } from '../poll/new-release.ts'
import { rarely } from '../poll/rarely.ts'
import { laterTexts } from '../text/later-texts.ts'
import { TickerContext } from '../view/ticking.ts'
import type { ViewState } from '../view-state.ts'
import type { Reloader } from './reload.ts'
import { WallScreen, type WallSight } from './wall-screen.tsx'

/** The page reloads after this long without data: the sign-in may have expired, or the browser may be stuck. */
const deadMs = 10 * 60_000
/** After this long without errors, the page counts as recovered. */
const wellMs = 10 * 60_000
const releaseMs = 5 * 60_000

/** The page for a wall screen: it fits the screen, turns pages and recovers by itself. */
export function makeWall(reloader: Reloader, running: Build): FunctionComponent<WallSight> {
  return function Wall(sight) {
    const [error, forget] = useErrorBoundary()
    const broken = error !== undefined
    const { lastGood, isNew } = useLastGood(sight, broken)
    useReloads(sight, broken, reloader, running)
    useEffect(() => {
      // Newer data may draw without the error.
      if (isNew) forget()
    }, [isNew, forget])
    return broken ? <Recovering sight={lastGood} /> : <WallScreen sight={sight} recovering={false} />
  }
}

/**
 * Keeps what was drawn before an error, and whether newer data arrived since. Set while drawing: an effect runs even if
 * a part of the page threw.
 */
function useLastGood(sight: WallSight, broken: boolean): { lastGood: WallSight | undefined; isNew: boolean } {
  const { current: kept } = useRef<{ latest?: WallSight; before?: WallSight; failed?: ViewState }>({})
  if (!broken && kept.latest?.state !== sight.state) {
    kept.before = kept.latest
    kept.latest = sight
  }
  if (broken && kept.latest?.state === sight.state) {
    kept.failed = sight.state
    kept.latest = kept.before
  }
  return { lastGood: kept.latest, isNew: broken && kept.failed !== sight.state }
}

/** Shows what was last drawn without an error; a message if that fails too. */
function Recovering({ sight }: { sight: WallSight | undefined }) {
  const [error] = useErrorBoundary()
  if (sight && error === undefined) return <WallScreen sight={sight} recovering />
  return (
    <main class="wall dark">
      <p class="wall-none">{laterTexts.wall.recovering}</p>
    </main>
  )
}

/** Asks for a reload after an error, a long time without data, or a new release. */
function useReloads({ state }: WallSight, broken: boolean, reloader: Reloader, running: Build): void {
  const { now, subscribe } = useContext(TickerContext)
  const silentSince = state.trouble?.since
  const outdatedBuild = useRef(false)
  useEffect(() => {
    if (broken) reloader.ask()
  }, [broken, reloader])
  useEffect(() => {
    const check = rarely(releaseMs, now, releaseWatch(running, { fetch: window.fetch.bind(window), now }))
    return subscribe(async () => {
      const release = await check()
      if (release === undefined) return
      outdatedBuild.current = release === 'another build'
      if (outdatedBuild.current) reloader.ask()
    })
  }, [reloader, running, now, subscribe])
  useEffect(() => {
    const startedAt = now()
    return subscribe(() => {
      if (silentSince !== undefined && now() - silentSince >= deadMs) reloader.ask()
      const well = !broken && !outdatedBuild.current && silentSince === undefined
      if (well && now() - startedAt >= wellMs) reloader.well()
    })
  }, [silentSince, broken, reloader, now, subscribe])
}
