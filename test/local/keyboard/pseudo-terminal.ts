import { spawn, spawnSync } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** Node has no pseudo terminals, and Python does. */
const python = ['python3', 'python'].find(name => spawnSync(name, ['-c', 'import pty']).status === 0)
export const hasTerminals = python !== undefined

const driver = `
import json, os, pty, select, sys
steps, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)
shown = b''
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    while steps and steps[0][0].encode() in shown:
        os.write(terminal, steps.pop(0)[1].encode())
sys.stdout.write(json.dumps([shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]))
`

/**
 * Runs Node with `args` at a real terminal. Each step is what to wait for on the screen, and what to type then. Returns
 * everything that the screen showed, and the exit code.
 */
export async function atTerminal(
  args: readonly string[],
  env: Record<string, string | undefined>,
  steps: readonly (readonly [seen: string, typed: string])[],
): Promise<{ screen: string; code: number }> {
  const all = ['-c', driver, JSON.stringify(steps), process.execPath, ...args]
  const child = spawn(python ?? 'python3', all, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [screen, code]: [string, number] = JSON.parse(await text(child.stdout))
  return { screen, code }
}
