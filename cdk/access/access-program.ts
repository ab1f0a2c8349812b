import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { securityHeaders } from '../serving/security-headers.ts'
import type { Access } from '../settings/access.ts'
import { rangeDigits } from './edge/address.ts'

/**
 * Syntax that the runtime does not support and esbuild cannot lower: the build fails and shows where. esbuild lowers
 * anything newer than ES 2017. Source: docs.aws.amazon.com, "JavaScript runtime 2.0 features for CloudFront Functions",
 * which lists everything supported beyond ES 5.1.
 */
export const unsupportedSyntax = {
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
 * Returns the source of the CloudFront Function that checks access: cdk/access/edge/ bundled into one module, without
 * comments and types, after a header with the constants of this installation.
 */
export function accessProgram({ password, ranges }: Exclude<Access, 'public'>): string {
  const entry = password ? 'by-password.js' : 'by-range.js'
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(`edge/${entry}`, import.meta.url))],
    // Imports come first, as in AWS's examples.
    banner: { js: [...(password ? imports : []), ...constants(ranges)].join('\n') },
    bundle: true,
    format: 'esm',
    target: 'es2017',
    supported: unsupportedSyntax,
    // CloudFront calls the handler by name. It is not exported, so it looks unused.
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
