import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Asked, judge } from '../../../local/loopback/guard.ts'

const key = 'Zm9vYmFyZm9vYmFyZm9v-_'
const asked: Asked = {
  target: `/${key}/status.json?x=1`,
  host: '127.0.0.1:8080',
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
}
const verdict = (part: Partial<Asked>) => judge({ ...asked, ...part }, key)
const refused = { refusal: expect.stringMatching(/^[A-Z].+\.$/) }

describe('the guard of a local server', () => {
  it.each<Partial<Asked>>([
    {},
    { host: '127.0.0.1' },
    { host: 'localhost:9000' },
    { host: 'LOCALHOST' },
    { host: '[::1]:8080' },
    { origin: 'http://127.0.0.1:8080' },
    { host: 'localhost:9000', origin: 'http://localhost:9000' },
    { fetchSite: 'same-origin', fetchMode: 'cors' },
    { fetchSite: 'none', fetchMode: 'navigate' },
    // A link in a mail, and an address printed by another page.
    { fetchSite: 'cross-site', fetchMode: 'navigate' },
  ])('admits %j, and hides the key from the server', part => {
    expect(verdict(part)).toEqual({ target: '/status.json?x=1' })
  })

  it.each<Partial<Asked>>([
    { host: undefined },
    { host: '' },
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example' },
    { host: 'evil.example:127.0.0.1' },
    { host: 'localhost.evil.example:8080' },
    { host: 'localhost.' },
    { host: 'localhost:' },
    { host: 'localhost\n' },
    { host: 'me@localhost' },
    { host: '127.0.0.2' },
    { host: '0.0.0.0:8080' },
    { host: '192.168.1.7:8080' },
    { host: '::1' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'https://evil.example' },
    { origin: 'http://127.0.0.1:9999' },
    { origin: 'http://127.0.0.1' },
    { origin: 'http://localhost:8080' },
    { origin: 'https://127.0.0.1:8080' },
    { fetchSite: 'cross-site', fetchMode: 'no-cors' },
    { fetchSite: 'cross-site', fetchMode: undefined },
    { fetchSite: 'same-site', fetchMode: 'cors' },
    { target: '/' },
    { target: '' },
    { target: '*' },
    { target: '//' },
    { target: `//${key}/` },
    { target: `/x/${key}/` },
    { target: `/?${key}` },
    { target: `/${key}x/` },
    { target: `/${key.slice(0, -1)}/` },
    { target: `/${key.toLowerCase()}/` },
    { target: `/%5a${key.slice(1)}/` },
    { target: `http://127.0.0.1:8080/${key}/` },
  ])('refuses %j with a sentence', part => {
    expect(verdict(part)).toEqual(refused)
  })

  it('admits no request without the key, whatever else it says, and hands on exactly what follows the key', () => {
    const rest = fc.string().map(text => `/${text}`)
    fc.assert(
      fc.property(fc.string(), rest, (given, path) => {
        fc.pre(given !== key)
        expect(verdict({ target: `/${given}${path}` })).toEqual(refused)
        expect(verdict({ target: given })).toEqual(refused)
        expect(verdict({ target: `/${key}${path}` })).toEqual({ target: path })
      }),
    )
  })

  it('admits no other host and no other origin', () => {
    const own = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i
    const near = fc.mixedCase(fc.constantFrom('localhost', '127.0.0.1', '[::1]', ':80', '.', '@', ' ', 'a'))
    const text = fc.oneof(
      fc.webAuthority(),
      fc.array(near).map(parts => parts.join('')),
    )
    fc.assert(
      fc.property(text, host => {
        expect('refusal' in verdict({ host })).toBe(!own.test(host))
        expect('refusal' in verdict({ origin: `http://${host}` })).toBe(host !== asked.host)
      }),
    )
  })

  it('sends an address without its last slash on to the whole one', () => {
    expect(verdict({ target: `/${key}` })).toEqual({ location: `/${key}/` })
    expect(verdict({ target: `/${key}?view=wall` })).toEqual({ location: `/${key}/?view=wall` })
  })

  it('repeats nothing of what it was asked', () => {
    for (const part of [{ host: 'evil.example' }, { origin: 'evil.example' }, { target: '/evil.example' }])
      expect(JSON.stringify(verdict(part))).not.toContain('evil')
  })
})

it('no server in local/ is started without the guard', () => {
  const local = fileURLToPath(new URL('../../../local', import.meta.url))
  const files = readdirSync(local, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  const opening = /createServer|createSecureServer|new (\w+\.)?Server\b|node:(net|tls|https|http2|dgram)'/
  const servers = files.filter(name => opening.test(readFileSync(join(local, name), 'utf8')))
  expect(servers.map(name => name.replaceAll('\\', '/'))).toEqual(['loopback/serve.ts'])
})
