/**
 * Parses a JSON list or object from the command line. Returns anything else, such as a value from cdk.json,
 * unchanged.
 */
export function fromCommandLine(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    // The caller refuses it and says what is allowed.
    return value
  }
}
