import { ForeignHostError } from './errors.ts'

/** Checks an address that Sophos named. Returns it as a base address: https, no slash at its end. Throws ForeignHostError. */
export type HostRule = (given: string) => string

const centralDomain = '.central.sophos.com'

/**
 * The token goes to `https://*.central.sophos.com` and nowhere else. With another API base address (local runs and tests),
 * it goes to that host and port and nowhere else.
 */
export function hostRule(apiUrl: string): HostRule {
  const api = new URL(apiUrl)
  const isCentral = (host: string) => host.endsWith(centralDomain)
  const allowed = isCentral(api.host) ? `https://*${centralDomain}` : api.origin

  return given => {
    const url = parse(given)
    // Sophos' own whoami example has "http://api.central.sophos.com/"; the token is sent encrypted anyway.
    if (url?.protocol === 'http:' && isCentral(api.host)) url.protocol = 'https:'
    const fits = isCentral(api.host)
      ? url?.protocol === 'https:' && isCentral(url.host)
      : url?.protocol === api.protocol && url.host === api.host
    if (!url || !fits || url.username || url.password) {
      throw new ForeignHostError(
        `Sophos names "${given.slice(0, 200)}" as this tenant's API host. Only ${allowed} may get the token, so it was not contacted.`,
      )
    }
    return (url.origin + url.pathname).replace(/\/+$/, '')
  }
}

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)
