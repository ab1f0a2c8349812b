import { hourMs } from '../sophos/detections.ts'
import type { Memory } from './memory.ts'
import { commonDetail, type DigestInput, iso, type Step } from './step.ts'

/**
 * How long runs must have worked to count as recovered, in two runs or more. In a storm of 429s single runs work between
 * others that fail; that is still the same trouble.
 */
const steadyMs = hourMs

/** Returns the memory with how long runs have worked since they failed. A run that asked no tenant says nothing. */
export function runsSoFar(memory: Memory, input: DigestInput): Memory {
  const { worksSince, ...rest } = memory
  if (memory.failedSince === undefined) return rest
  const went = howItWent(input)
  if (went === 'nothing asked') return memory
  return went === 'works' ? { ...rest, worksSince: worksSince ?? input.report.startedAt } : rest
}

/** Announces the first run that fails, and no other until runs have recovered. */
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

/** Announces once that runs work again, as soon as that is steady. */
export function runRecovered(memory: Memory, input: DigestInput): Step | undefined {
  const { message, startedAt, endedAt } = input.report
  const { failedSince, worksSince, ...rest } = memory
  if (failedSince === undefined || worksSince === undefined) return undefined
  const isSteady = worksSince < startedAt && endedAt - worksSince >= steadyMs
  if (!isSteady || howItWent(input) !== 'works') return undefined
  return {
    event: {
      detailType: 'Run recovered',
      detail: { ...commonDetail(input, `Runs work again. ${message}`), since: iso(failedSince) },
    },
    memory: rest,
  }
}

/** A run works if more of the tenants that it asked answered than were throttled or failed. */
function howItWent({ report, tenants }: DigestInput): 'works' | 'fails' | 'nothing asked' {
  if (report.result === 'failed') return 'fails'
  const asked = tenants.filter(({ triedAt }) => triedAt !== undefined && triedAt >= report.startedAt)
  const good = asked.filter(({ status }) => status === 'ok').length
  const bad = asked.filter(({ status }) => status === 'throttled' || status === 'failed').length
  if (good > bad || (report.result === 'complete' && good + bad === 0)) return 'works'
  return good + bad === 0 ? 'nothing asked' : 'fails'
}
