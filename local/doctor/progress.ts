import type { WriteStream } from 'node:tty'
import type { DoctorContext } from '../../lambda/doctor/run-doctor.ts'
import { forTerminal } from '../../lambda/text/exits.ts'

/**
 * Shows the doctor's progress: on a terminal one line that changes, elsewhere (a pipe, a log file) a line for the
 * start, each tenth of the tenants, and each wait of a second or more.
 */
export function showDoctorProgress(
  stream: WriteStream,
): Pick<DoctorContext, 'onProgress' | 'log'> & { end(): void } {
  let state = 'Checking the credential and listing its tenants'
  let tenth = -1
  const show = (fact: string) => {
    const text = forTerminal(fact)
    stream.write(
      stream.isTTY ? `\r\u001b[K${text.slice(0, Math.max(1, (stream.columns || 80) - 1))}` : `${text}\n`,
    )
  }
  show(`${state} …`)

  return {
    onProgress(examined, chosen) {
      state = `${examined} of ${chosen} tenants examined`
      const now = Math.floor((10 * examined) / Math.max(1, chosen))
      if (stream.isTTY || now !== tenth) show(state)
      tenth = now
    },
    log: {
      debug: () => undefined,
      info(fact, { ms, window }) {
        if (fact === 'waiting for the rate limit' && Number(ms) >= 1_000)
          show(`${state} · waiting ${Math.ceil(Number(ms) / 1_000)} s for the rate limit (${String(window)})`)
      },
      warn: fact => show(`${state} · ${fact}`),
      error: fact => show(`${state} · ${fact}`),
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[K')
    },
  }
}
