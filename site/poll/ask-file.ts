import type { ServerTime } from './server-clock.ts'

/** What a server gave with a file to recognise it by; sent back, it lets the server answer 304 without a body. */
export type Validators = { etag: string | null; lastModified: string | null }

/** The outcome of asking for a file. `why` ends a sentence: "the server answered 503". */
export type Answer = (
  | { kind: 'fresh'; text: string; validators: Validators }
  | { kind: 'unchanged' }
  | { kind: 'missing'; code: number }
  | { kind: 'trouble'; why: string }
) & { time?: ServerTime }

type Surroundings = { fetch: typeof fetch; now: () => number }

const timeoutMs = 20_000

/**
 * Asks for a file under a relative address, by hand past the browser's own cache: that would turn a 304 into a 200, and the page could
 * not see that nothing changed. Never throws: whatever goes wrong is an answer too.
 */
export async function askFile(
  address: string,
  known: Validators | undefined,
  { fetch, now }: Surroundings,
): Promise<Answer> {
  const timeout = new AbortController()
  // Covers the body too. Not AbortSignal.timeout: its clock goes on while the machine sleeps.
  const timer = setTimeout(() => timeout.abort(), timeoutMs)
  const sentAt = now()
  try {
    const answer = await fetch(address, {
      cache: 'no-store',
      headers: conditions(known),
      signal: timeout.signal,
    })
    const receivedAt = now()
    const time = {
      dateHeader: answer.headers.get('date'),
      ageHeader: answer.headers.get('age'),
      sentAt,
      receivedAt,
    }
    return { ...(await understand(answer)), time }
  } catch {
    return { kind: 'trouble', why: unreached(timeout.signal.aborted) }
  } finally {
    clearTimeout(timer)
  }
}

function conditions(known: Validators | undefined): Record<string, string> {
  if (known?.etag) return { 'If-None-Match': known.etag }
  return known?.lastModified ? { 'If-Modified-Since': known.lastModified } : {}
}

async function understand(answer: Response): Promise<Answer> {
  if (answer.status === 304) return { kind: 'unchanged' }
  if (answer.status === 403 || answer.status === 404) return { kind: 'missing', code: answer.status }
  if (answer.status === 401)
    return { kind: 'trouble', why: 'the server asks for a sign-in (401); reload the page' }
  if (!answer.ok) return { kind: 'trouble', why: `the server answered ${answer.status}` }
  if (answer.headers.get('content-type')?.startsWith('text/html')) {
    return { kind: 'trouble', why: 'the server sent a web page in place of the data' }
  }
  const text = await answer.text()
  return {
    kind: 'fresh',
    text,
    validators: { etag: answer.headers.get('etag'), lastModified: answer.headers.get('last-modified') },
  }
}

function unreached(timedOut: boolean): string {
  return timedOut
    ? `the server did not answer within ${timeoutMs / 1000} seconds`
    : 'the server could not be reached, or the answer broke off'
}
