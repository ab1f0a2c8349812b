import { type Environment, variable } from '../settings/variable.ts'

/** The proxies that HTTP requests use. */
export type Proxies = {
  /** The proxy for http: addresses; empty for none. */
  readonly http: string
  /** The proxy for https: addresses; empty for none. */
  readonly https: string
  /** The hosts that are reached without a proxy, separated by commas. */
  readonly except: string
}

/** A proxy would look for these on its own machine. */
const loopback = ['localhost', '127.0.0.1', '::1']

/**
 * Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY. The lower-case names win. Without HTTPS_PROXY, HTTP_PROXY is for https: too.
 * Throws for an address that is no proxy; the error does not show the address, which may hold a password.
 */
export function readProxies(environment: Environment): Proxies {
  const http = readProxy(environment, 'HTTP_PROXY')
  const https = readProxy(environment, 'HTTPS_PROXY') || http
  const listed = read(environment, 'NO_PROXY').split(/[,\s]+/)
  return { http, https, except: [...loopback, ...listed.flatMap(withSubdomains)].join(',') }
}

const read = (environment: Environment, name: string): string =>
  variable(environment, name.toLowerCase()) ?? variable(environment, name) ?? ''

function readProxy(environment: Environment, name: string): string {
  const value = read(environment, name)
  if (value === '') return ''
  const url = URL.parse(value.includes('://') ? value : `http://${value}`)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error(`${name}: the address of an HTTP proxy is allowed, such as http://proxy.example.com:8080`)
  }
  return url.href
}

/** undici takes `example.com` for its subdomains too, Node's own agents do not: with both forms the two agree. */
function withSubdomains(entry: string): string[] {
  if (entry === '' || entry.startsWith('*')) return entry === '' ? [] : [entry]
  const host = entry.replace(/^\./, '')
  return [host, `.${host}`]
}
