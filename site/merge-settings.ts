import type { Answer } from './poll/ask-file.ts'
import { parseSettings } from './triage/parse-settings.ts'
import { keepValidators, same, settingsOf, type ViewState } from './view-state.ts'

/**
 * Takes an answer for settings.json into the state. What is wrong in it stands in `problems` of the settings; what the server answers in its place
 * leaves the last good one in place, and there is nothing to say of one that never was.
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
