import { createHash, timingSafeEqual } from 'node:crypto'

/** The parts of a request that decide whether a local server answers it. Headers as received. */
export type Asked = {
  /** Path and query. */
  readonly target: string
  readonly host: string | undefined
  readonly origin: string | undefined
  /** Sec-Fetch-Site and Sec-Fetch-Mode: browsers add them, and no page can change them. */
  readonly fetchSite: string | undefined
  readonly fetchMode: string | undefined
}

/** Answer the request as one for `target`, send it on to `location`, or refuse it with a sentence. */
export type Verdict =
  | { readonly target: string }
  | { readonly location: string }
  | { readonly refusal: string }

/** The names of this machine, with any port: a tunnel to this machine may have another one. */
const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i

/**
 * Decides whether a server on this machine answers a request. The first part of the path must be `key`, which only this
 * process and those that it tells can know. The name must be this machine's own, since a foreign name can be made to lead
 * here (DNS rebinding). And a browser must not ask on behalf of another page, not even of one on another port.
 */
export function judge({ target, host = '', origin, fetchSite = '', fetchMode }: Asked, key: string): Verdict {
  if (!ownHost.test(host))
    return { refusal: 'This server answers only under the names 127.0.0.1, localhost and [::1].' }
  const isForeign = origin !== undefined && origin !== `http://${host}`
  const isEmbedded = ['cross-site', 'same-site'].includes(fetchSite) && fetchMode !== 'navigate'
  if (isForeign || isEmbedded) return { refusal: 'This server answers no requests of other pages.' }

  const [, given = '', rest = ''] = /^\/([^/?]*)(.*)$/s.exec(target) ?? []
  if (!isSame(given, key)) {
    return {
      refusal:
        'This address lacks the key of this start. Open the whole address that the command printed in its terminal. Each start has another one.',
    }
  }
  // Without the slash, the page would look for its files beside the key.
  return rest.startsWith('/') ? { target: rest } : { location: `/${key}/${rest}` }
}

/** Compares hashes, so that the time it takes says nothing about the key. */
const isSame = (given: string, key: string): boolean => timingSafeEqual(digest(given), digest(key))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
