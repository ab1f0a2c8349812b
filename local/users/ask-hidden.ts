import { createInterface } from 'node:readline'
import { type Readable, Writable } from 'node:stream'

/**
 * Asks on a terminal and shows nothing of the answer.
 * @throws Error when the question is broken off (Ctrl-C, Ctrl-D).
 */
export function askHidden(question: string, input: Readable, output: Writable): Promise<string> {
  // As on a terminal, the reader switches the echo of the system off and writes one of its own: into nothing.
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input, output: nothing, terminal: true })
  // Only now: whoever sees the question may begin to type.
  output.write(question)
  return new Promise<string>((resolve, reject) => {
    reader.once('line', resolve)
    // Both end the reader; after a line this changes nothing.
    reader.once('close', () => reject(new Error('No password was given; nothing was changed.')))
    reader.once('SIGINT', () => reader.close())
  }).finally(() => {
    reader.close()
    output.write('\n')
  })
}
