/** A setting with a wrong value. The message alone tells the operator what to do. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

/** The message contains the value given, the values allowed and an example. */
export const notAllowed = (name: string, given: unknown, allowed: string, example: string): SettingError =>
  new SettingError(`Setting "${name}" is ${JSON.stringify(given)}. Allowed: ${allowed}. Example: ${example}`)
