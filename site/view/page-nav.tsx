import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { texts } from '../text/texts.ts'
import { type Layout, type View, writeView } from '../triage/view.ts'
import { later } from './later.tsx'
import { singleKeysAreOn } from './single-keys.ts'

const Help = later(async () => (await import('./help/help.tsx')).Help)

type NavProps = { view: View; onView: (change: Partial<View>) => void; Signals: ComponentType | undefined }

/** The links to the rest of the dashboard. */
export function PageNav({ view, onView, Signals }: NavProps) {
  const [helpOpen, setHelpOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '?' || isTyping(event.target) || !singleKeysAreOn()) return
      event.preventDefault()
      setHelpOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const link = (layout: Layout, words: string) => (
    <a
      href={`?${writeView({ ...view, layout, tenant: undefined })}`}
      onClick={event => {
        if (layout === 'wall' || event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        onView({ layout, tenant: undefined })
      }}
    >
      {words}
    </a>
  )
  return (
    <nav class="page-nav" aria-label={texts.nav.label}>
      {view.layout === 'access' ? link('desk', texts.nav.desk) : link('access', texts.nav.access)}
      {link('wall', texts.nav.wall)}
      {Signals && <Signals />}
      <button type="button" onClick={() => setHelpOpen(true)}>
        {texts.nav.help}
      </button>
      {helpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </nav>
  )
}

/** Returns whether the user is typing into this element. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input, select, textarea')
}
