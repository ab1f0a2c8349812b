import { useEffect, useState } from 'preact/hooks'
import { readView, type View, writeView } from '../triage/view.ts'

/**
 * The view that the address names, and how to change it. A row that opens and another page of the dashboard are steps that the browser's
 * Back takes back; filters and sorting are not, since each key of a search would be one.
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
