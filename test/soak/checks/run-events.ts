import { mayRepeat } from '../run-result.ts'
import type { Breaches, Check } from './breach.ts'

/** Failed runs are announced once, and their end once: the events tell, at any time, whether runs work. */
export function checkRunEvents(breaches: Breaches): { check: Check; end(at: number): void } {
  let last = 'Run recovered'
  let canRepeat = false
  return {
    check(run) {
      for (const { detailType, detail } of run.events) {
        if (detailType !== 'Run failed' && detailType !== 'Run recovered') continue
        if (detailType === last && !canRepeat)
          breaches.report(
            'failure and recovery take turns',
            run.endedAt,
            `${detailType} again: ${detail.message}`,
          )
        last = detailType
        canRepeat = mayRepeat(run)
      }
      if (run.how === 'ended' && run.result === 'failed' && !run.isDisturbed && last !== 'Run failed')
        breaches.report('a failed run is announced', run.endedAt, run.message)
    },
    /** At the end of a quiet tail. */
    end(at) {
      if (last === 'Run failed')
        breaches.report('a recovery is announced', at, 'not after hours without trouble')
    },
  }
}
