import { isClean } from '../run-result.ts'
import type { Breaches, Check } from './breach.ts'

/** Failed runs are announced once, and their end once: the events tell, at any time, whether runs work. */
export function checkRunEvents(breaches: Breaches): Check {
  let last = 'Run recovered'
  let mayRepeat = false
  return run => {
    for (const { detailType, detail } of run.events) {
      if (detailType !== 'Run failed' && detailType !== 'Run recovered') continue
      if (detailType === last && !mayRepeat)
        breaches.report(
          'failure and recovery take turns',
          run.endedAt,
          `${detailType} again: ${detail.message}`,
        )
      last = detailType
      mayRepeat = !run.isAnnounced
    }
    if (!run.isAnnounced || run.isDisturbed) return
    if (run.result === 'failed' && last !== 'Run failed')
      breaches.report('a failed run is announced', run.endedAt, run.message)
    if (run.result === 'complete' && isClean(run) && last === 'Run failed')
      breaches.report('a recovery is announced', run.endedAt, run.message)
  }
}
