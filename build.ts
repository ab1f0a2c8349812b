// Builds exactly what a deploy ships: dist/lambda/ and dist/site/, each with the licences of the packages in it. Tests,
// `npm start` and the stack use these files. With --sbom it prints the list of these packages.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { build as buildSite } from 'vite'
import { withLock } from './setup/lock.mjs'
import { noticesOf } from './setup/notices.ts'
import { type Part, packageFolders, readPart } from './setup/parts.ts'
import { replaceFiles } from './setup/replace-files.ts'
import { sbomOf } from './setup/sbom.ts'
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
  const product = await readPart(root)
  const [lambda, site] = await Promise.all([
    bundleFunction(`${fresh}/lambda/index.mjs`).then(readParts),
    buildPage(`${fresh}/site`).then(readParts),
  ])
  await writeFile(`${fresh}/lambda/third-party-notices.txt`, noticesOf([product, ...lambda]))
  await writeFile(`${fresh}/site/third-party-notices.txt`, noticesOf([product, ...site]))
  await replaceFiles(`${fresh}/lambda`, `${root}dist/lambda`)
  await replaceFiles(`${fresh}/site`, `${root}dist/site`)
  await rm(fresh, { recursive: true })
  if (!process.argv.includes('--sbom')) return
  const packageLock: unknown = JSON.parse(await readFile(`${root}package-lock.json`, 'utf8'))
  const sbom = sbomOf({ product, artifacts: { 'dist/lambda': lambda, 'dist/site': site } }, packageLock)
  process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`)
}

function readParts(modules: string[]): Promise<Part[]> {
  return Promise.all(packageFolders(modules, root).map(readPart))
}

/** Writes the function, and returns the modules with code in it. */
async function bundleFunction(outfile: string): Promise<string[]> {
  const { metafile } = await bundle({
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
    metafile: true,
    // The licences lie beside the bundle.
    legalComments: 'none',
    logLevel: 'warning',
    // The AWS SDK calls require() for Node's own modules, which ES modules lack. The long name cannot clash with
    // the minifier's short ones.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
  })
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  )
}

/** Writes the page, and returns the modules with code in it. */
async function buildPage(outDir: string): Promise<string[]> {
  const built = await buildSite({
    configFile: `${root}site/vite.config.ts`,
    logLevel: 'warn',
    build: { outDir },
  })
  return [built].flat().flatMap(bundle => {
    if (!('output' in bundle))
      throw new Error('Vite watches instead of building. Remove `watch` from its settings.')
    return bundle.output.flatMap(file => (file.type === 'chunk' ? file.moduleIds : []))
  })
}
