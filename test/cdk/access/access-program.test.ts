import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { accessProgram, unsupportedSyntax } from '../../../cdk/access/access-program.ts'
import { wrongAddress } from '../../../cdk/access/edge/answers.ts'
import { securityHeaders } from '../../../cdk/serving/security-headers.ts'
import { edgeProgram } from '../../../local/web/edge-runtime.ts'

const ranges = ['203.0.113.0/24', '2001:db8::/32']
const variants = [
  ['by password', accessProgram({ password: true, ranges: [] })],
  ['by range', accessProgram({ password: false, ranges })],
  ['by both', accessProgram({ password: true, ranges })],
] as const

const njsHelp = spawnSync('njs', ['-h'], { encoding: 'utf8' })
// Debian 12 has njs 0.7, which takes a module by -t; later ones take it by -m.
const asModule = /^\s*-m\b/m.test(njsHelp.stdout ?? '') ? ['-m'] : ['-t', 'module']

const eventFrom = (ip: string) => ({
  viewer: { ip },
  request: { method: 'GET', uri: '/detections.csv', querystring: {}, headers: {}, cookies: {} },
})

describe.each(variants)('the source of the function that checks %s', (_, code) => {
  it("stays within CloudFront's limit of 10,240 bytes", () => {
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(10_240)
  })

  it('uses only syntax that cloudfront-js-2.0 supports', async () => {
    const whole = { 'object-extensions': false, 'const-and-let': true, arrow: true, 'template-literal': true }
    const asWritten = await transform(code, { target: 'esnext', supported: whole })
    // esbuild lowers or refuses anything newer than ES 5, except what is listed here as supported.
    const supported = { ...unsupportedSyntax, ...whole, 'async-await': true }
    const lowered = await transform(code, { target: 'es5', supported })
    expect(lowered.code).toBe(asWritten.code)
    // esbuild does not find spread in calls. No tool finds async closures, or await in arguments.
    expect(code).not.toMatch(/\.\.\.|async\s*\(|async\s+\w+\s*=>|\([^()]*\bawait\b|,\s*await\b/)
  })

  it('starts with its imports, and imports only modules of the runtime', () => {
    const imports = code.match(/\bimport\b.*/g) ?? []
    expect(code.startsWith(imports.join('\n'))).toBe(true)
    for (const line of imports) expect(line).toMatch(/^import (cf from 'cloudfront'|crypto from 'crypto')$/)
    expect(code).not.toMatch(/\bexport\b|\brequire\b/)
  })

  it.skipIf(njsHelp.error)('runs in njs, the engine under the runtime of CloudFront', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'njs-'))
    const plain = code.replace(/^import cf .*$/m, 'const cf = { kvs: () => ({}) }')
    writeFileSync(join(folder, 'edge.js'), plain)
    expect(() => execFileSync('njs', [...asModule, join(folder, 'edge.js')], { stdio: 'pipe' })).not.toThrow()
    await rm(folder, { recursive: true })
  })
})

describe('the function', () => {
  it('stays within 10,240 bytes with the most and longest ranges that the setting accepts', () => {
    const longest = Array.from(
      { length: 50 },
      (_, at) => `2001:1db8:1111:1111:1111:1111:1111:${1000 + at}/128`,
    )
    expect(Buffer.byteLength(accessProgram({ password: true, ranges: longest }))).toBeLessThanOrEqual(10_240)
  })

  it('allows viewers from the ranges and leaves the request unchanged', async () => {
    const ask = edgeProgram(accessProgram({ password: false, ranges }), undefined)
    for (const ip of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::1'])
      expect(await ask(eventFrom(ip))).toEqual(eventFrom(ip).request)
  })

  it('refuses all others in plain text, uncached, with the security headers, and reveals no range', async () => {
    const ask = edgeProgram(accessProgram({ password: false, ranges: ['192.0.2.0/24'] }), undefined)
    const verdict = await ask(eventFrom('198.51.100.7'))
    expect(verdict).toEqual(wrongAddress('198.51.100.7', securityHeaders))
    expect(verdict).toMatchObject({
      statusCode: 403,
      headers: {
        'content-type': { value: 'text/plain; charset=utf-8' },
        'cache-control': { value: 'no-store' },
        'x-robots-tag': { value: 'noindex' },
        'content-security-policy': { value: expect.stringContaining("default-src 'none'") },
      },
      body: { data: expect.stringContaining('Your address: 198.51.100.7') },
    })
    expect(JSON.stringify(verdict)).not.toContain('192.0.2.')
  })
})

describe('the emulation of the runtime', () => {
  it.each([
    'function handler() { return [1].at(0) }',
    'function handler() { return new Map() }',
    'function handler() { return process.env }',
    'function handler() { return fetch }',
    'function handler() { return "a".normalize() }',
    'function handler() { return Function("return 1")() }',
    'function handler() { undeclared = 1 }',
    "import cf from 'cloudfront'\nconst store = cf.kvs()\nfunction handler() {}",
  ])('fails like CloudFront: %s', async code => {
    await expect(edgeProgram(code, undefined)({})).rejects.toThrow()
  })

  it('refuses unknown imports', () => {
    expect(() => edgeProgram("import fs from 'fs'\nfunction handler() {}", undefined)).toThrow(
      /imports or exports something/,
    )
  })
})
