/** After `ms`, `signal` aborts and `late` rejects: some clients ignore the signal in some of their steps. */
export function startTimer(ms: number): {
  readonly signal: AbortSignal
  readonly late: Promise<never>
  end(): void
} {
  const controller = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const reason = new Error(`no answer within ${ms / 1_000} seconds`)
    reject(reason)
    controller.abort(reason)
  }, ms)
  return { signal: controller.signal, late, end: () => clearTimeout(timer) }
}

/**
 * Does `work` with a signal that tells it to stop after `ms`. Throws then, whatever the work does: a client's own time-outs
 * end with the headers of an answer, and its body may stall for ever. `what` names the work in the error: "Reading x".
 */
export async function within<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (ms <= 0) throw new Error(`${what} was not tried: the time for it is up.`)
  const { signal, late, end } = startTimer(ms)
  try {
    return await Promise.race([work(signal), late])
  } catch (error) {
    throw signal.aborted
      ? new Error(`${what} took longer than ${ms / 1_000} seconds.`, { cause: error })
      : error
  } finally {
    end()
  }
}
