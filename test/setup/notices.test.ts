import { describe, expect, it } from 'vitest'
import { noticesOf } from '../../setup/notices.ts'
import { type Part, packageFolders } from '../../setup/parts.ts'

const part = (changes: Partial<Part>): Part => ({
  name: 'some-package',
  version: '1.2.3',
  license: 'MIT',
  author: '',
  texts: ['Copyright someone'],
  ...changes,
})

describe('notices', () => {
  it.each([
    ['GPL-3.0-only', 'names the licence "GPL-3.0-only"'],
    ['AGPL-3.0-or-later', 'names the licence "AGPL-3.0-or-later"'],
    ['SEE LICENSE IN EULA.txt', 'names the licence "SEE LICENSE IN EULA.txt"'],
    ['UNLICENSED', 'names the licence "UNLICENSED"'],
    [{ type: 'MIT' }, 'names the licence {"type":"MIT"}'],
    [undefined, 'names no licence'],
  ])('refuse a package with the licence %j', (license, found) => {
    expect(() => noticesOf([part({}), part({ license })])).toThrow(
      `some-package 1.2.3 would be shipped, and its package.json ${found}. Allowed are 0BSD, Apache-2.0,`,
    )
  })

  it('are the same for the same packages in any order, and have a shared text once', () => {
    const parts = [part({ name: 'b' }), part({ name: 'a', version: '2.0.0' }), part({ name: 'a' })]
    const notices = noticesOf(parts)
    expect(noticesOf(parts.toReversed())).toBe(notices)
    expect(notices.match(/Copyright someone/g)).toHaveLength(1)
    expect(notices).toContain('a 1.2.3\na 2.0.0\nb 1.2.3\n\nCopyright someone')
  })

  it('name licence and author of a package without a licence file', () => {
    expect(noticesOf([part({ texts: [], license: 'MIT-0', author: 'Ann' })])).toContain(
      'some-package 1.2.3\n\nHas no licence file. Its package.json names the licence MIT-0 and the author Ann.',
    )
  })
})

it.each([
  ['lambda/handler.ts', []],
  ['node_modules/a/index.js', ['/root/node_modules/a']],
  ['node_modules/@s/a/dist/index.js', ['/root/node_modules/@s/a']],
  ['/elsewhere/node_modules/b/node_modules/a/x.js', ['/elsewhere/node_modules/b/node_modules/a']],
  ['..\\node_modules\\a\\index.js', ['/node_modules/a']],
  ['\0vite/preload-helper.js', ['/root/node_modules/vite']],
])('the module %j belongs to the package in %j', (module, folders) => {
  expect(packageFolders([module, module], '/root')).toEqual(folders)
})
