import { startAttention } from './attention/attention.tsx'
import { noSchedule } from './data/freshness.ts'
import type { askFile } from './poll/ask-file.ts'
import { buildOf, releaseWatch } from './poll/new-release.ts'
import { rarely } from './poll/rarely.ts'
import { mutesAt } from './triage/settings.ts'
import { readView } from './triage/view.ts'
import { settingsOf, type ViewState } from './view-state.ts'

/** Releases are rare and not urgent. */
const releaseCheckMs = 10 * 60_000

export type Around = ReturnType<typeof startAround>

/** Starts what happens around the table: signals for new detections, and checks for a new release of the page. */
export function startAround(
  browser: Window & typeof globalThis,
  surroundings: Parameters<typeof askFile>[2],
) {
  const attention = startAttention(browser)
  const running = buildOf(browser.document.documentElement.outerHTML)
  const askRelease = rarely(releaseCheckMs, surroundings.now, releaseWatch(running, surroundings))
  // The page has just come from the server.
  const startedAt = surroundings.now()

  return {
    Signals: attention.Settings,
    /** Call it after every poll that has data; `changed` says whether the data is new. */
    look: async (state: ViewState, now: number, changed: boolean) => {
      if (changed) await attention.look(sightOf(state, now))
      if (surroundings.now() - startedAt < releaseCheckMs) return
      const found = await askRelease()
      // The view survives in the address. A tab in use waits until it is hidden. The wall watches for releases itself:
      // it must also recover from one that does not start.
      const mayReload = browser.document.hidden && readView(browser.location.search).layout !== 'wall'
      if (found === 'another build' && mayReload) browser.location.reload()
    },
  }
}

function sightOf(state: ViewState, now: number) {
  const { detections, status } = state
  const muteOf = mutesAt(settingsOf(state), now)
  return {
    tenants: detections?.tenants ?? [],
    writtenAt: Date.parse(detections?.validators.lastModified ?? '') || undefined,
    isMuted: (tenant: Parameters<typeof muteOf>[0]) => muteOf(tenant) !== undefined,
    now,
    intervalMs: status?.run.refreshIntervalMs ?? noSchedule,
  }
}
