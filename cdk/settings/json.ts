/** What stands in cdk.json as a value, and on the command line as JSON. What is no JSON stays as it is. */
export function fromCommandLine(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    // The caller refuses it with what it would have allowed.
    return value
  }
}
