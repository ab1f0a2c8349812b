import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type FreshClone = Awaited<ReturnType<typeof makeFreshClone>>

/**
 * The set-up's own files in a folder without dependencies, where other programs than Node are stand-ins that write what
 * they are asked into the file `calls`. `npm ci` writes its environment too, and waits while there is a file `hold`.
 */
export async function makeFreshClone() {
  const folder = await mkdtemp(join(tmpdir(), 'fresh-clone-'))
  for (const name of ['package.json', 'package-lock.json', 'setup.mjs', 'setup']) {
    await cp(join(root, name), join(folder, name), { recursive: true })
  }
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  const bin = join(folder, 'bin')
  await mkdir(bin)
  async function standIn(name: string, script: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}`)
    await chmod(join(bin, name), 0o755)
  }
  await standIn(
    'npm',
    `if [ "$1" != ci ]; then shift 2; exec "${process.execPath}" "${bin}/run.mjs" "$@"; fi
echo npm ci >> calls
env > environment
while [ -e hold ]; do sleep 0.05; done
rm -rf node_modules
mkdir -p node_modules/vite\n`,
  )
  await standIn(
    'node',
    `case "$1" in
--version) cat node-version;;
*setup.mjs) exec "${process.execPath}" "$@";;
*) echo node "$@" >> calls;;
esac\n`,
  )
  for (const name of ['tsc', 'biome', 'knip', 'vitest']) await standIn(name, `echo ${name} >> calls\n`)
  await writeFile(
    join(bin, 'run.mjs'),
    `import { spawnSync } from 'node:child_process'
const scripts = ${JSON.stringify(scripts)}
process.exitCode = spawnSync('sh', ['-c', scripts[process.argv[2]]], { stdio: 'inherit' }).status`,
  )
  await writeFile(join(folder, 'node-version'), 'v20.20.2\n')

  /** Runs a command line of a script of package.json; ends with what it printed and its exit code. */
  function run(line: string, environment: Record<string, string> = {}) {
    const child = spawn('sh', ['-c', line], {
      cwd: folder,
      detached: true,
      env: { PATH: `${bin}${delimiter}/usr/bin${delimiter}/bin`, ...environment },
    })
    return { child, stderr: text(child.stderr), code: ended(child) }
  }

  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '')
  return {
    folder,
    scripts,
    run,
    read,
    calls: async () => (await read('calls')).split('\n').filter(Boolean),
    write: (name: string, content: string) => writeFile(join(folder, name), content),
    delete: (name: string) => rm(join(folder, name)),
    remove: () => rm(folder, { recursive: true }),
  }
}

const ended = (child: ChildProcess) => new Promise<number | null>(resolve => child.once('close', resolve))
