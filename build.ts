// Writes exactly what a deploy ships: dist/lambda/index.mjs and dist/site/. Tests, `npm start` and the stack use these files.
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { build as buildSite } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

await rm(`${root}dist`, { recursive: true, force: true })
await Promise.all([
  bundle({
    absWorkingDir: root,
    entryPoints: ['lambda/handler.ts'],
    outfile: 'dist/lambda/index.mjs',
    bundle: true,
    minify: true,
    // Stack traces in the log name functions, not single letters.
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    // The AWS SDK calls require() for Node's own modules, which an ES module does not have. The long name
    // keeps clear of the minifier's short ones.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
  }),
  buildSite({ configFile: `${root}site/vite.config.ts`, logLevel: 'warn' }),
])
