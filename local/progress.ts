/** The state of a run, read from the function's log. */
export type Progress = {
  readonly step: 'starting' | 'listing' | 'asking' | 'ended' | 'failed'
  readonly tenants: number
  readonly asked: number
  /** The current wait for the rate limit, if any. */
  readonly wait: { readonly ms: number; readonly window: string } | undefined
  /** The outcome of the run. */
  readonly message: string
}

export const notStarted: Progress = { step: 'starting', tenants: 0, asked: 0, wait: undefined, message: '' }

/** Updates the progress with one line of the function's log. Other log lines change nothing. */
export function updateProgress(progress: Progress, line: string): Progress {
  const fact = parseFact(line)
  switch (fact.message) {
    case 'run started':
      return { ...notStarted, step: 'listing' }
    case 'tenants listed':
      return { ...progress, step: 'asking', tenants: Number(fact.tenants), wait: undefined }
    case 'tenant asked':
      return { ...progress, asked: progress.asked + 1, wait: undefined }
    case 'waiting for the rate limit':
      return { ...progress, wait: { ms: Number(fact.ms), window: String(fact.window) } }
    case 'run ended':
    case 'run failed':
      return {
        ...progress,
        step: fact.message === 'run ended' ? 'ended' : 'failed',
        wait: undefined,
        message: String(fact.outcome),
      }
    default:
      return progress
  }
}

export function formatProgress({ step, tenants, asked, wait, message }: Progress): string {
  const waiting =
    wait && wait.ms >= 1_000
      ? ` · waiting ${Math.ceil(wait.ms / 1_000)} s for the rate limit (${wait.window})`
      : ''
  switch (step) {
    case 'starting':
      return 'Starting …'
    case 'listing':
      return `Listing the tenants …${waiting}`
    case 'asking':
      return `${asked} of ${tenants} tenants asked${waiting}`
    case 'ended':
      return message
    case 'failed':
      return `The run failed: ${message}`
  }
}

function parseFact(line: string): Record<string, unknown> {
  try {
    const fact: unknown = JSON.parse(line)
    return typeof fact === 'object' && fact !== null ? { ...fact } : {}
  } catch {
    // Not a log entry of the run, for example a stack trace from Node.
    return {}
  }
}
