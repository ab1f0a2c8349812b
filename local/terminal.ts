import type { WriteStream } from 'node:tty'
import { follow, notStarted, type Progress, sayProgress } from './progress.ts'

/**
 * Shows a run's progress: on a terminal one line that changes, elsewhere (a pipe, a log file) a line for each new step
 * and each wait. Answers a function that takes the lines of the function's log.
 */
export function showProgress(stream: WriteStream): (line: string) => void {
  let progress = notStarted
  let shown = ''

  return line => {
    const before = progress
    progress = follow(progress, line)
    const text = sayProgress(progress)
    if (progress === before || text === shown) return
    const isOver = progress.step === 'ended' || progress.step === 'failed'
    if (stream.isTTY) {
      stream.write(
        `\r\u001b[K${text.slice(0, isOver ? undefined : Math.max(1, (stream.columns || 80) - 1))}${isOver ? '\n' : ''}`,
      )
    } else if (isStep(before, progress)) {
      stream.write(`${text}\n`)
    }
    shown = text
  }
}

const isStep = (before: Progress, now: Progress): boolean =>
  now.step !== before.step || (now.wait !== undefined && now.wait !== before.wait)
