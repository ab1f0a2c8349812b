import { defaults } from './defaults.ts'

/** The secret and the token go to these addresses, so https is required, except on this machine. */
export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '')
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) {
    throw new Error(
      `"${text}" is not an https address (http is allowed for localhost only), such as ${defaults.apiUrl}`,
    )
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

/** The token goes there too, so the host must belong to Sophos; its name may change. */
export function parseFusionUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSophos = url?.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.sophos.com')
  if (!url || !isSophos || url.username || url.password) {
    throw new Error(
      `"${text}" is not an https address of a host under sophos.com, such as ${defaults.fusionUrl}`,
    )
  }
  return url.origin + url.pathname
}
