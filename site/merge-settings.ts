import type { Answer } from './poll/ask-file.ts'
import { parseSettings } from './triage/parse-settings.ts'
import { keepValidators, same, settingsOf, type ViewState } from './view-state.ts'

/**
 * Merges an answer for settings.json into the state and returns the new state. Mistakes in the file go to `problems` of
 * the settings. A bad answer keeps the last good settings; a file that never existed is not a problem.
 */
export function mergeSettings(state: ViewState, answer: Answer): ViewState {
  if (answer.kind !== 'fresh') return state
  if (answer.text === state.settings?.text) {
    return same(state, { settings: keepValidators(state.settings, answer.validators) })
  }
  const parsed = parseSettings(answer.text) ?? {
    ...settingsOf(state),
    problems: ['settings.json is not a JSON object.'],
  }
  return { ...state, settings: { parsed, text: answer.text, validators: answer.validators } }
}
