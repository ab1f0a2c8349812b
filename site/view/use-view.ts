import { useEffect, useState } from 'preact/hooks'
import { readView, type View, writeView } from '../triage/view.ts'

/**
 * Returns the view in the address, and a function that changes it. Opening a row or another page of the dashboard adds
 * a step to the browser's history; filters and sorting do not, since each key of a search would be a step.
 */
export function useView(): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => readView(location.search))
  useEffect(() => {
    const follow = () => setView(readView(location.search))
    window.addEventListener('popstate', follow)
    return () => window.removeEventListener('popstate', follow)
  }, [])

  const change = (part: Partial<View>) => {
    const next = { ...readView(location.search), ...part }
    const query = writeView(next)
    const address = query === '' ? location.pathname : `?${query}`
    const step = 'layout' in part || (part.tenant !== undefined && part.tenant !== view.tenant)
    if (step) history.pushState(null, '', address)
    else history.replaceState(null, '', address)
    setView(next)
  }
  return [view, change]
}
