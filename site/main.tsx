import { render } from 'preact'
import { askFile } from './poll/ask-file.ts'
import { startPolling } from './poll/poll-loop.ts'
import { correctedOffset } from './poll/server-clock.ts'
import { startTicker } from './poll/ticker.ts'
import { App } from './view/app.tsx'
import { mergeDetections, mergeStatus, nothingYet, type ViewState } from './view-state.ts'

const root = document.getElementById('page')
if (!root) throw new Error('index.html has no element with the id "page"; the page is drawn into it.')

let clockOffset = 0
let state = nothingYet
const surroundings = { fetch: window.fetch.bind(window), now: () => Date.now() }
const now = () => Date.now() + clockOffset
const ticker = startTicker(now, document)

function show(next: ViewState, evenIfSame = false) {
  if (next === state && !evenIfSame) return
  state = next
  if (root) render(<App state={state} ticker={ticker} />, root)
}

/** Asks for both files and shows what changed. Answers whether the server was well, and whether there is nothing to show yet. */
async function poll() {
  const [detections, status] = await Promise.all([
    askFile('detections.csv', state.detections?.validators, surroundings),
    askFile('status.json', state.status?.validators, surroundings),
  ])
  if (detections.time) clockOffset = correctedOffset(clockOffset, detections.time)
  show(mergeStatus(mergeDetections(state, detections, now()), status, now()))
  return { well: state.trouble === undefined, nothing: state.detections === undefined }
}

show(state, true)
startPolling(poll, document, window)
