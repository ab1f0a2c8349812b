import crypto from 'node:crypto'
import { createContext, Script } from 'node:vm'

/** What a key-value store has under a key; undefined where it has no such key. */
export type ReadValue = (key: string) => Promise<string | undefined>

/**
 * Language and library that Node has and CloudFront's runtime does not name among its features. A function that uses one of
 * them works on this machine and fails at the edge.
 */
const missing = [
  'Atomics',
  'BigInt',
  'FinalizationRegistry',
  'Intl',
  'Iterator',
  'Map',
  'Proxy',
  'Reflect',
  'Set',
  'SharedArrayBuffer',
  'WeakMap',
  'WeakRef',
  'WeakSet',
  'WebAssembly',
  'escape',
  'eval',
  'unescape',
  'Array.prototype.at',
  'Array.prototype.flat',
  'Array.prototype.flatMap',
  'Array.prototype.toSorted',
  'Array.prototype.with',
  'Object.fromEntries',
  'Object.groupBy',
  'Object.hasOwn',
  'String.prototype.at',
  'String.prototype.matchAll',
  'String.prototype.normalize',
]
const removal = missing.map(name => `delete ${name.includes('.') ? name : `globalThis.${name}`}`).join(';')

/**
 * The text of a CloudFront Function (runtime cloudfront-js-2.0) as a function from event to what its handler answers. As at
 * CloudFront it runs in strict mode, starts anew for every request, finds nothing of Node but `Buffer`, imports `crypto` and
 * `cloudfront` only, and cannot make code from text. `store`: the key-value store that is associated with it.
 */
export function edgeProgram(code: string, store: ReadValue | undefined): (event: object) => Promise<unknown> {
  const script = new Script(`'use strict';${withoutImports(code)};handler(event)`, { filename: 'edge.js' })
  const modules = { crypto: hashes, cloudfront: { kvs: () => openStore(store) } }
  return async event => {
    const sandbox = createContext(
      { Buffer, modules, event: structuredClone(event) },
      { codeGeneration: { strings: false, wasm: false } },
    )
    new Script(removal).runInContext(sandbox)
    return await script.runInContext(sandbox, { timeout: 1_000 })
  }
}

/** What the runtime's `crypto` has. */
const hashes = { createHash: crypto.createHash, createHmac: crypto.createHmac }

/** A Script takes no import; the two modules that there are, it finds under their names. */
function withoutImports(code: string): string {
  const plain = code.replace(
    /^import (\w+) from '(crypto|cloudfront)'$/gm,
    (_, name, module) => `const ${name} = modules.${module}`,
  )
  if (/^\s*(import|export)\b/m.test(plain)) {
    throw new Error('The edge function imports or exports something that its runtime does not have.')
  }
  return plain
}

function openStore(read: ReadValue | undefined): { get: ReadValue } {
  if (!read) throw new Error('No key-value store is associated with this function.')
  return {
    get: async key => {
      const value = await read(key)
      if (value === undefined) throw new Error('KeyNotFound')
      return value
    },
  }
}
