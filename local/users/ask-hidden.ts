import { createInterface } from 'node:readline'
import { type Readable, Writable } from 'node:stream'

/**
 * Asks on a terminal and does not show the answer.
 * @throws Error if the user cancels (Ctrl-C, Ctrl-D).
 */
export function askHidden(question: string, input: Readable, output: Writable): Promise<string> {
  // On a terminal, the reader turns off the system's echo and writes its own, here to nowhere.
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input, output: nothing, terminal: true })
  // Not earlier: the user may type as soon as the question appears.
  output.write(question)
  return new Promise<string>((resolve, reject) => {
    reader.once('line', resolve)
    // After a line, this has no effect.
    reader.once('close', () => reject(new Error('No password was given. Nothing was changed.')))
    reader.once('SIGINT', () => reader.close())
  }).finally(() => {
    reader.close()
    output.write('\n')
  })
}
