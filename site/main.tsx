import type { ComponentType } from 'preact'
import { render } from 'preact'
import type { Around } from './around.ts'
import { files } from './files.ts'
import { askFile } from './poll/ask-file.ts'
import { pollFiles } from './poll/poll-files.ts'
import { startPolling } from './poll/poll-loop.ts'
import { rarely } from './poll/rarely.ts'
import { correctedOffset } from './poll/server-clock.ts'
import { startTicker } from './poll/ticker.ts'
import { chooseLanguage } from './text/language.ts'
import { loadTexts } from './text/texts.ts'
import { App } from './view/app.tsx'
import { nothingYet, settingsOf, type ViewState } from './view-state.ts'

const root = document.getElementById('page')
if (!root) throw new Error('index.html has no element with the id "page"; the page is drawn into it.')

/** settings.json changes only with a deploy, which is rare. */
const deployCheckMs = 10 * 60_000

let clockOffset = 0
let state = nothingYet
let around: Around | undefined
let Signals: ComponentType | undefined
const surroundings = { fetch: window.fetch.bind(window), now: () => Date.now() }
const now = () => Date.now() + clockOffset
const ticker = startTicker(now, document)
const language = chooseLanguage(navigator.languages, new URLSearchParams(location.search).get('lang'))

function show(next: ViewState, evenIfSame = false) {
  if (next === state && !evenIfSame) return
  state = next
  if (root) render(<App state={state} ticker={ticker} Signals={Signals} />, root)
}

/** Asks for all files and shows what changed. Returns the outcome, which sets the time of the next poll. */
async function poll() {
  const before = state.detections?.tenants
  const [{ answers, merge }] = await Promise.all([
    pollFiles(files, state, (address, known) => askFile(address, known, surroundings)),
    checkSettings(),
  ])
  const [first] = answers
  if (first?.time) clockOffset = correctedOffset(clockOffset, first.time)
  show(merge(state, now()))
  if (state.detections) void lookAround(state.detections.tenants !== before)
  return {
    well: state.trouble === undefined,
    nothing: state.detections === undefined,
    retryAfterMs: first?.kind === 'trouble' ? first.retryAfterMs : undefined,
  }
}

const checkSettings = rarely(deployCheckMs, now, async () => {
  const answer = await askFile('settings.json', state.settings?.validators, surroundings)
  if (answer.kind !== 'fresh') return
  const { mergeSettings } = await import('./merge-settings.ts')
  const { timeZone } = settingsOf(state)
  state = mergeSettings(state, answer)
  const settings = settingsOf(state)
  if (settings.timeZone !== timeZone) await loadTexts(language, settings.timeZone)
})

/** Signals what is new, and checks for a new release. Loads after the first table, which must not wait for it. */
async function lookAround(changed: boolean) {
  if (!around) {
    // Without a network, the import fails too: the next poll tries again.
    const loaded = await import('./around.ts').catch(() => undefined)
    if (!loaded) return
    around ??= loaded.startAround(window, surroundings)
    Signals = around.Signals
    show(state, true)
  }
  await around.look(state, now(), changed)
}

/** In a function, not a top-level await: a language's file imports this one, and each would wait for the other. */
async function start() {
  document.documentElement.lang = await loadTexts(language)
  show(state, true)
  startPolling(poll, document, window)
}
void start()
