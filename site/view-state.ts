import { keepUnchanged } from './data/keep-unchanged.ts'
import type { Lines } from './data/line-memory.ts'
import { parseDetections } from './data/parse-detections.ts'
import { parseStatus, type RunStatus } from './data/parse-status.ts'
import type { Tenant } from './data/tenant.ts'
import { sameWhy, type Why } from './data/why.ts'
import type { Answer, Validators } from './poll/ask-file.ts'
import { noSettings, type SiteSettings } from './triage/settings.ts'

/** Everything that the page shows, except the time. */
export type ViewState = {
  /** The last good detections.csv. */
  detections:
    | { tenants: readonly Tenant[]; text: string; lines: Lines | undefined; validators: Validators }
    | undefined
  /** The last good status.json. */
  status: { run: RunStatus; text: string; validators: Validators } | undefined
  /** The last good settings.json. Without one, the page uses empty settings. */
  settings: { parsed: SiteSettings; text: string; validators: Validators } | undefined
  /** The server says that there is no detections.csv (403 or 404), and the page never had one. */
  missing: number | undefined
  /** Why detections.csv could not be refreshed, and since when (ms since 1970). */
  trouble: Trouble | undefined
  /** The same for status.json. A page that never had one reports nothing. */
  statusTrouble: Trouble | undefined
  /** How often the data changed while the page was open. Screen readers announce each change. */
  updates: number
}

export type Trouble = { since: number; why: Why }

export const nothingYet: ViewState = {
  detections: undefined,
  status: undefined,
  settings: undefined,
  missing: undefined,
  trouble: undefined,
  statusTrouble: undefined,
  updates: 0,
}

/**
 * Merges an answer for detections.csv into the state. A bad answer keeps the last good file and adds the reason. An
 * answer that changes nothing returns the same state, so that nothing is drawn.
 */
export function mergeDetections(state: ViewState, answer: Answer, now: number): ViewState {
  if (answer.kind === 'missing' && !state.detections) {
    return same(state, { missing: answer.code, trouble: undefined })
  }
  if (answer.kind === 'unchanged' && state.detections) return same(state, { trouble: undefined })
  if (answer.kind !== 'fresh') return inTrouble(state, whyNot(answer), now)
  if (answer.text === state.detections?.text) {
    const detections = keepValidators(state.detections, answer.validators)
    return same(state, { detections, trouble: undefined })
  }

  const parsed = parseDetections(answer.text, state.detections?.lines)
  if ('problem' in parsed) return inTrouble(state, parsed.problem, now)
  const tenants = keepUnchanged(state.detections?.tenants ?? [], parsed.tenants)
  return {
    ...state,
    detections: { tenants, text: answer.text, lines: parsed.lines, validators: answer.validators },
    missing: undefined,
    trouble: undefined,
    updates: state.detections ? state.updates + 1 : 0,
  }
}

/** The same for status.json, which may be missing. */
export function mergeStatus(state: ViewState, answer: Answer, now: number): ViewState {
  if (answer.kind === 'missing' && !state.status) return same(state, { statusTrouble: undefined })
  if (answer.kind === 'unchanged' && state.status) return same(state, { statusTrouble: undefined })
  if (answer.kind !== 'fresh') return inStatusTrouble(state, whyNot(answer), now)
  if (answer.text === state.status?.text) {
    const status = keepValidators(state.status, answer.validators)
    return same(state, { status, statusTrouble: undefined })
  }

  const run = parseStatus(answer.text)
  if ('problem' in run) return inStatusTrouble(state, run.problem, now)
  return {
    ...state,
    status: { run, text: answer.text, validators: answer.validators },
    statusTrouble: undefined,
  }
}

/** Returns the settings in use: those of the last good settings.json, or empty ones. */
export function settingsOf(state: ViewState): SiteSettings {
  return state.settings?.parsed ?? noSettings
}

function whyNot(answer: Exclude<Answer, { kind: 'fresh' }>): Why {
  if (answer.kind === 'trouble') return answer.why
  return answer.kind === 'missing' ? { kind: 'gone', code: answer.code } : { kind: 'unfounded-304' }
}

function inTrouble(state: ViewState, why: Why, now: number): ViewState {
  if (state.trouble && sameWhy(state.trouble.why, why)) return state
  return { ...state, missing: undefined, trouble: { since: state.trouble?.since ?? now, why } }
}

function inStatusTrouble(state: ViewState, why: Why, now: number): ViewState {
  if (state.statusTrouble && sameWhy(state.statusTrouble.why, why)) return state
  return { ...state, statusTrouble: { since: state.statusTrouble?.since ?? now, why } }
}

/** Returns the same file if the server sent no new version marks. */
export function keepValidators<File extends { validators: Validators }>(
  file: File,
  validators: Validators,
): File {
  const { etag, lastModified } = file.validators
  return etag === validators.etag && lastModified === validators.lastModified ? file : { ...file, validators }
}

/** Returns the same state if the part changes nothing in it, so that nothing is drawn. */
export function same(state: ViewState, part: Partial<ViewState>): ViewState {
  const next = { ...state, ...part }
  const changed = (Object.keys(part) as (keyof ViewState)[]).some(name => next[name] !== state[name])
  return changed ? next : state
}
