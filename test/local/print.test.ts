import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { print } from '../../local/print.ts'

it('what a command prints moves, colours, rings and copies nothing, and keeps its lines', () => {
  const written: string[] = []
  const stream = new Writable({ write: (chunk, _, done) => done(void written.push(String(chunk))) })
  print('  Acme\u001b]52;c;eA==\u0007\u009b2J\u202e\n  Birch\r\n', stream)
  expect(written.join('')).toBe('  Acme]52;c;eA==2J\n  Birch\n')
})
