import type { DigestInput, Step } from './digest.ts'
import { frame, iso } from './frame.ts'
import type { Memory } from './memory.ts'

/** The first run that fails, since the last that did not. */
export function runFailed(memory: Memory, input: DigestInput): Step | undefined {
  const { result, message, startedAt } = input.report
  if (result !== 'failed' || memory.failedSince !== undefined) return undefined
  return {
    event: {
      detailType: 'Run failed',
      detail: { ...frame(input, `A run failed. ${message}`), since: iso(startedAt) },
    },
    memory: { ...memory, failedSince: startedAt },
  }
}

/** The first run that does not fail. One that ended early for want of budget and asked nobody proves nothing. */
export function runRecovered(memory: Memory, input: DigestInput): Step | undefined {
  const { result, message, startedAt } = input.report
  const askedSomebody = input.tenants.some(({ triedAt }) => triedAt !== undefined && triedAt >= startedAt)
  const proves = result === 'complete' || (result === 'partial' && askedSomebody)
  if (memory.failedSince === undefined || !proves) return undefined
  const { failedSince, ...rest } = memory
  return {
    event: {
      detailType: 'Run recovered',
      detail: { ...frame(input, `The runs no longer fail. ${message}`), since: iso(failedSince) },
    },
    memory: rest,
  }
}
