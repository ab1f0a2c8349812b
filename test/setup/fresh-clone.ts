import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type FreshClone = Awaited<ReturnType<typeof makeFreshClone>>

/**
 * A folder with the files of the set-up and without dependencies. All programs except setup.mjs are stand-ins that
 * record their calls in the file `calls`. Each Node prints the version that a file has for it. `npm run` runs scripts
 * as npm does, including `pre` scripts and PATH. `npm ci` installs a Node, as the real one does, writes its arguments
 * and its environment into files, and waits while there is a file `hold`.
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
    await writeFile(join(bin, name), `#!/bin/sh\n${script}`, { mode: 0o755 })
  }
  const node = (name: string) => `case "$1" in
--version) cat ${name}-version;;
*setup.mjs) exec "${process.execPath}" "$@";;
*) echo ${name} "$@" >> calls;;
esac\n`
  await standIn('node', node('node-of-the-machine'))
  await standIn('own-node', node('node'))
  await standIn(
    'npm',
    `if [ "$1" != ci ]; then shift 2; exec "${process.execPath}" "${bin}/run.mjs" "$@"; fi
echo npm ci >> calls
echo "$@" > arguments
env > environment
while [ -e hold ]; do sleep 0.05; done
rm -rf node_modules
mkdir -p node_modules/vite node_modules/.bin
[ ! -e "${bin}/own-node" ] || cp "${bin}/own-node" node_modules/.bin/node\n`,
  )
  for (const name of ['tsc', 'biome', 'knip', 'markdownlint-cli2', 'vitest'])
    await standIn(name, `echo ${name} >> calls\n`)
  await writeFile(
    join(bin, 'run.mjs'),
    `import { spawnSync } from 'node:child_process'
const scripts = ${JSON.stringify(scripts)}
const env = { ...process.env, PATH: \`${folder}/node_modules/.bin${delimiter}\${process.env.PATH}\` }
const [name] = process.argv.slice(2)
for (const line of [scripts['pre' + name], scripts[name]]) {
  if (line && !process.exitCode) process.exitCode = spawnSync('sh', ['-c', line], { stdio: 'inherit', env }).status
}`,
  )
  await writeFile(join(folder, 'node-of-the-machine-version'), 'v20.20.2\n')
  await writeFile(join(folder, 'node-version'), 'v24.21.0\n')

  /** Runs a command line in the folder. Returns its process, and promises of its output and exit code. */
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
    run,
    read,
    calls: async () => (await read('calls')).split('\n').filter(Boolean),
    write: (name: string, content: string) => writeFile(join(folder, name), content),
    delete: (name: string) => rm(join(folder, name)),
    remove: () => rm(folder, { recursive: true }),
  }
}

const ended = (child: ChildProcess) => new Promise<number | null>(resolve => child.once('close', resolve))
