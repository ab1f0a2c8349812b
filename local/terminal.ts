import type { WriteStream } from 'node:tty'
import { forTerminal } from '../lambda/text/exits.ts'
import { formatProgress, notStarted, type Progress, updateProgress } from './progress.ts'

/**
 * Shows a run's progress: on a terminal one line that changes, elsewhere (a pipe, a log file) a line for each new step
 * and each wait. Returns a callback for the lines of the function's log.
 */
export function showProgress(stream: WriteStream): (line: string) => void {
  let progress = notStarted
  let shown = ''

  return line => {
    const before = progress
    progress = updateProgress(progress, line)
    const text = forTerminal(formatProgress(progress))
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
