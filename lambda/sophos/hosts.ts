import { ForeignHostError } from './errors.ts'

/** Checks an address that Sophos named, and answers it as a base to build on: https, no slash at its end. */
export type HostRule = (given: string) => string

const centralDomain = '.central.sophos.com'

/**
 * The token is sent to `https://*.central.sophos.com` and nowhere else. Where the API's base address is another one
 * (local runs and tests), that address' own host and port take the place of it.
 */
export function hostRule(apiUrl: string): HostRule {
  const api = new URL(apiUrl)
  const isCentral = (host: string) => host.endsWith(centralDomain)
  const allowed = isCentral(api.host) ? `https://*${centralDomain}` : api.origin

  return given => {
    const url = parse(given)
    // Sophos' own example of whoami answers "http://api.central.sophos.com/"; the token travels encrypted all the same.
    if (url?.protocol === 'http:' && isCentral(api.host)) url.protocol = 'https:'
    const fits = isCentral(api.host)
      ? url?.protocol === 'https:' && isCentral(url.host)
      : url?.protocol === api.protocol && url.host === api.host
    if (!url || !fits || url.username || url.password) {
      throw new ForeignHostError(
        `Sophos names "${given.slice(0, 200)}" as this tenant's API host. Only ${allowed} may see the token, so it was not contacted.`,
      )
    }
    return (url.origin + url.pathname).replace(/\/+$/, '')
  }
}

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)
