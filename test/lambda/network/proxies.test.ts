import { describe, expect, it } from 'vitest'
import { readProxies } from '../../../lambda/network/proxies.ts'

const proxy = 'http://proxy.example.com:8080/'
const own = 'localhost,127.0.0.1,::1'

describe('the proxies of an environment', () => {
  it.each<[string, Record<string, string>, { http: string; https: string }]>([
    ['are none where none is named', {}, { http: '', https: '' }],
    ['are none where the names are empty', { HTTPS_PROXY: '', http_proxy: ' ' }, { http: '', https: '' }],
    ['are for https: alone', { HTTPS_PROXY: proxy }, { http: '', https: proxy }],
    ['are for both where only HTTP_PROXY is set', { HTTP_PROXY: proxy }, { http: proxy, https: proxy }],
    [
      'are those of the lower-case names first',
      { https_proxy: proxy, HTTPS_PROXY: 'http://other.example.com' },
      { http: '', https: proxy },
    ],
    ['may be named without http://', { HTTPS_PROXY: 'proxy.example.com:8080' }, { http: '', https: proxy }],
    [
      'keep their passwords',
      { HTTPS_PROXY: 'http://me:a%40b@p:1' },
      { http: '', https: 'http://me:a%40b@p:1/' },
    ],
  ])('%s', (_, environment, expected) => {
    expect(readProxies(environment)).toEqual({ ...expected, except: own })
  })

  it('leave out this machine and what NO_PROXY lists, with its subdomains', () => {
    expect(readProxies({ NO_PROXY: 'a.example, .b.example *.c.example  *' }).except).toBe(
      `${own},a.example,.a.example,b.example,.b.example,*.c.example,*`,
    )
    expect(readProxies({ no_proxy: 'a.example', NO_PROXY: 'b.example' }).except).toBe(
      `${own},a.example,.a.example`,
    )
  })

  it.each(['socks5://me:hunter2@proxy:1080', 'http://me:hunter2@:1', 'http://me:hunter2@a b'])(
    'that are none are an error without the password',
    value => {
      expect(() => readProxies({ HTTPS_PROXY: value })).toThrow(/^HTTPS_PROXY: the address of an HTTP proxy/)
      expect(() => readProxies({ HTTPS_PROXY: value })).not.toThrow(/hunter2/)
    },
  )
})
