// Builds exactly what a deploy ships: dist/lambda/index.mjs and dist/site/. Tests, `npm start` and the stack use
// these files.
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { build as buildSite } from 'vite'
import { withLock } from './setup/lock.mjs'
import { replaceFiles } from './setup/replace-files.ts'
import { explainWriteFailure } from './setup/write-failure.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))
const fresh = `${root}dist/.fresh`

try {
  const sayWaiting = () => process.stderr.write('Waiting for another build in this folder to end ...\n')
  await withLock(`${root}.data/build.lock`, sayWaiting, build)
} catch (error) {
  const sentence = explainWriteFailure(error, `${root}dist`)
  if (sentence === undefined) throw error
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}

async function build(): Promise<void> {
  await rm(fresh, { recursive: true, force: true })
  await Promise.all([bundleFunction(`${fresh}/lambda/index.mjs`), buildPage(`${fresh}/site`)])
  await replaceFiles(`${fresh}/lambda`, `${root}dist/lambda`)
  await replaceFiles(`${fresh}/site`, `${root}dist/site`)
  await rm(fresh, { recursive: true })
}

async function bundleFunction(outfile: string): Promise<void> {
  await bundle({
    absWorkingDir: root,
    entryPoints: ['lambda/handler.ts'],
    outfile,
    bundle: true,
    minify: true,
    // Keeps function names in logged stack traces.
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    // The AWS SDK calls require() for Node's own modules, which ES modules lack. The long name cannot clash with
    // the minifier's short ones.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
  })
}

async function buildPage(outDir: string): Promise<void> {
  await buildSite({ configFile: `${root}site/vite.config.ts`, logLevel: 'warn', build: { outDir } })
}
