import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { document, section, tableRows } from './documents.ts'

const root = new URL('../../', import.meta.url)
const text = document('docs/security.md')

describe('docs/security.md', () => {
  it('names only files and folders that are there', () => {
    const named = [...text.matchAll(/`((?:\.github|cdk|docs|lambda|local|setup|site|test)\/[^`*\s]*)`/g)]
    expect(named.length).toBeGreaterThan(100)
    const missing = named
      .flatMap(([, path = '']) => (path.replace(/\{(.+)\}/, '$1').includes(',') ? [] : [path]))
      .filter(path => !existsSync(fileURLToPath(new URL(path, root))))
    expect(missing).toEqual([])
  })

  it('says of each promise where it is tested', () => {
    const promises = tableRows(section('docs/security.md', 'What is promised'))
    expect(promises.length).toBeGreaterThan(20)
    for (const [promise, , tested] of promises) expect(tested, promise).toMatch(/`test\/[^`]+`/)
  })

  it('says of each item of the ASVS whether it is held, or by whom', () => {
    const items = tableRows(text).filter(([id = '']) => /^\d+\.\d+\.\d+/.test(id))
    expect(items.length).toBeGreaterThan(80)
    for (const [id, , state] of items)
      expect(state, id).toMatch(/^(held|held by AWS|held by the browser|held by the operator|not held)$/)
  })
})
