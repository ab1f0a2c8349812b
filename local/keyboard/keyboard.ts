import type { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { type Key, keyReader } from './keys.ts'

/** A terminal's input. */
export type Terminal = Readable & {
  readonly isTTY?: boolean
  readonly setRawMode?: (isRaw: boolean) => unknown
}

export type Keyboard = {
  /**
   * Asks for one line and returns it. `shown` shows it while it is typed, up to the line end; `hidden` shows nothing. What
   * was typed or pasted beyond the line end is kept, unseen, for the next question.
   * @throws Error if the user cancels.
   */
  ask(question: string, how: 'shown' | 'hidden'): Promise<string>
  /** Returns the result of `work`, or throws as soon as the user cancels. */
  during<T>(work: Promise<T>): Promise<T>
  close(): void
}

/**
 * Takes over a terminal: from here to `close` the system shows nothing of what is typed or pasted. Ctrl-C, Ctrl-D and the
 * end of the input cancel, with `cancelled()` as the message of the error.
 */
export function openKeyboard(input: Terminal, output: Writable, cancelled: () => string): Keyboard {
  const cancellation = Promise.withResolvers<never>()
  // It may come while nothing is asked; the next question then throws it.
  cancellation.promise.catch(() => undefined)
  const cancel = () => cancellation.reject(new Error(cancelled()))
  const decoder = new StringDecoder('utf8')
  const read = keyReader()
  const ahead: Key[] = []
  let press: ((key: Key) => void) | undefined

  function onData(piece: Buffer | string): void {
    const keys = read(typeof piece === 'string' ? piece : decoder.write(piece))
    if (keys.includes('cancel')) cancel()
    ahead.push(...keys)
    pressAll()
  }
  function pressAll(): void {
    while (press) {
      const key = ahead.shift()
      if (key === undefined) return
      press(key)
    }
  }

  input.setRawMode?.(true)
  input.on('data', onData).on('end', cancel).on('close', cancel).resume()

  return {
    ask(question, how) {
      const line = Promise.withResolvers<string>()
      const typed: string[] = []
      const show = (text: string) => how === 'shown' && output.write(text)
      output.write(question)
      press = key => {
        if (key === 'enter') {
          press = undefined
          output.write('\n')
          line.resolve(typed.join(''))
        } else if (key === 'erase' || key === 'clear') {
          const gone = typed.splice(key === 'clear' ? 0 : -1)
          show('\b \b'.repeat(gone.length))
        } else if (key !== 'cancel') {
          typed.push(key.text)
          show(key.text)
        }
      }
      pressAll()
      return Promise.race([line.promise, cancellation.promise]).catch((error: unknown) => {
        output.write('\n')
        throw error
      })
    },
    during: work => Promise.race([work, cancellation.promise]),
    close() {
      input.off('data', onData).off('end', cancel).off('close', cancel).pause()
      input.setRawMode?.(false)
    },
  }
}
