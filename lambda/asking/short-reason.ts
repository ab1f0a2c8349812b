import { RefusedError, UnreachableError } from '../sophos/errors.ts'

/** Why a call brought nothing, in a few words about the other side: "answers 503", "refuses connections (ECONNREFUSED)". */
export function shortReason(error: unknown): string {
  if (error instanceof RefusedError) return `answers ${error.status}`
  const message = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
  if (error instanceof UnreachableError) {
    const code = /\bE[A-Z_]{3,}\b/.exec(message)?.[0] ?? ''
    if (code === 'ECONNREFUSED') return `refuses connections (${code})`
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `is not found by its name (${code})`
    return `cannot be reached: ${message}`
  }
  const cut = message.length <= longest ? message : `${message.slice(0, longest)}…`
  return /^Sophos answered /.test(cut) ? cut.replace('Sophos answered', 'answers') : `fails: ${cut}`
}

/** An answer that is a web page may be told at length; its row has the rest. */
const longest = 120
