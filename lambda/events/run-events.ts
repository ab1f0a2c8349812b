import type { Memory } from './memory.ts'
import { commonDetail, type DigestInput, iso, type Step } from './step.ts'

/** Announces the first run that fails after one that did not. */
export function runFailed(memory: Memory, input: DigestInput): Step | undefined {
  const { result, message, startedAt } = input.report
  if (result !== 'failed' || memory.failedSince !== undefined) return undefined
  return {
    event: {
      detailType: 'Run failed',
      detail: { ...commonDetail(input, `A run failed. ${message}`), since: iso(startedAt) },
    },
    memory: { ...memory, failedSince: startedAt },
  }
}

/** Announces the first run that works again. A run that ended early without asking any tenant does not count. */
export function runRecovered(memory: Memory, input: DigestInput): Step | undefined {
  const { result, message, startedAt } = input.report
  const askedTenants = input.tenants.some(({ triedAt }) => triedAt !== undefined && triedAt >= startedAt)
  const works = result === 'complete' || (result === 'partial' && askedTenants)
  if (memory.failedSince === undefined || !works) return undefined
  const { failedSince, ...rest } = memory
  return {
    event: {
      detailType: 'Run recovered',
      detail: { ...commonDetail(input, `Runs work again. ${message}`), since: iso(failedSince) },
    },
    memory: rest,
  }
}
