import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { securityHeaders } from '../serving/security-headers.ts'
import type { Access } from '../settings/access.ts'
import { rangeDigits } from './edge/address.ts'

/**
 * What the runtime does not have of the language and esbuild cannot rewrite in older words: there, the build fails and says
 * where. What is newer than ES 2017 it rewrites. From docs.aws.amazon.com, "JavaScript runtime 2.0 features for CloudFront
 * Functions", which names all that there is besides ES 5.1.
 */
export const missingInRuntime = {
  'array-spread': false,
  class: false,
  'default-argument': false,
  destructuring: false,
  'for-of': false,
  generator: false,
  'new-target': false,
  'object-extensions': false,
  'unicode-escapes': false,
}

/**
 * The text of the CloudFront Function that decides who passes: one module made of those in cdk/edge/, without their comments
 * and types, behind a head with what this installation is told.
 */
export function accessProgram({ password, ranges }: Exclude<Access, 'public'>): string {
  const entry = password ? 'by-password.js' : 'by-range.js'
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(`edge/${entry}`, import.meta.url))],
    // Imports come first, as AWS shows them.
    banner: { js: [...(password ? imports : []), ...constants(ranges)].join('\n') },
    bundle: true,
    format: 'esm',
    target: 'es2017',
    supported: missingInRuntime,
    // The handler is called by its name and not exported, so it looks unused.
    treeShaking: false,
    minifyWhitespace: true,
    write: false,
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('')
}

const imports = ["import cf from 'cloudfront'", "import crypto from 'crypto'"]

const constants = (ranges: readonly string[]): string[] => [
  `const RANGES = ${JSON.stringify(ranges.map(rangeDigits))}`,
  `const SECURITY_HEADERS = ${JSON.stringify(securityHeaders)}`,
]
