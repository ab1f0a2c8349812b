import type { Writable } from 'node:stream'
import type { Keyboard } from '../keyboard/keyboard.ts'
import { print } from '../print.ts'

/**
 * Stores what the user typed, and after a failure again and again, each time on Enter: so that a secret that Sophos shows
 * only once is not lost. Throws if the user cancels.
 */
export async function keepTrying(
  store: () => Promise<void>,
  keyboard: Pick<Keyboard, 'ask'>,
  output: Writable,
): Promise<void> {
  for (;;) {
    try {
      return await store()
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      print(`The credentials are not stored: ${why}\n`, output)
      print('They are kept here. Mend that in another window, then try again.\n', output)
      await keyboard.ask('Enter tries again, Ctrl-C ends: ', 'hidden')
    }
  }
}
