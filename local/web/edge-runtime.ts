import crypto from 'node:crypto'
import { createContext, Script } from 'node:vm'

/** Returns the value of a key in a key-value store, undefined if there is no such key. */
export type ReadValue = (key: string) => Promise<string | undefined>

/**
 * Features that Node has and CloudFront's documentation of its runtime does not list. A function that uses one of them
 * would work on this machine and fail at the edge.
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
 * Compiles the text of a CloudFront Function (runtime cloudfront-js-2.0) into a function from an event to the handler's
 * result. As at CloudFront, it runs in strict mode, starts afresh for each request, has no part of Node except
 * `Buffer`, imports only `crypto` and `cloudfront`, and cannot evaluate text as code. `store`: its associated key-value
 * store.
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

/** The runtime's `crypto`. */
const hashes = { createHash: crypto.createHash, createHmac: crypto.createHmac }

/** Replaces the two allowed imports by constants, as a Script cannot import. */
function withoutImports(code: string): string {
  const plain = code.replace(
    /^import (\w+) from '(crypto|cloudfront)'$/gm,
    (_, name, module) => `const ${name} = modules.${module}`,
  )
  if (/^\s*(import|export)\b/m.test(plain)) {
    throw new Error('The edge function imports or exports something that its runtime does not support.')
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
