import { type Answer, accessDenied, answerObject, plainText, withHeaders } from './answer.ts'
import { type Behaviour, type Origin, readEdge } from './edge.ts'
import type { ReadValue } from './edge-runtime.ts'
import type { StoredObject } from './stored-object.ts'
import { type Verdict, viewerRequestFunction } from './viewer-request.ts'
import { fits } from './wildcard.ts'

/** `key` is without a slash in front. Undefined: there is no such object. */
export type ReadObject = (origin: Origin, key: string) => Promise<StoredObject | undefined>

export type Asked = {
  readonly method: string
  /** The request target as it came: path and query, percent-encoded. */
  readonly target: string
  /** The viewer's address. */
  readonly ip: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Answers requests as the template's distribution would. `readValue`: what its key-value store holds.
 * @throws Error when the template declares something that is not played here.
 */
export function responder(
  template: unknown,
  readObject: ReadObject,
  readValue: ReadValue,
): (asked: Asked) => Promise<Answer> {
  const edge = readEdge(template)
  const routes = edge.behaviours.map(({ viewerRequest, ...behaviour }) => ({
    behaviour,
    ask:
      viewerRequest &&
      viewerRequestFunction(viewerRequest.code, viewerRequest.hasStore ? readValue : undefined),
  }))

  async function fromOrigin(
    { origin, methods, encodings }: Omit<Behaviour, 'viewerRequest'>,
    uri: string,
    asked: Asked,
  ): Promise<Answer> {
    if (!methods.includes(asked.method))
      return plainText(403, `Only ${methods.join(' and ')} are answered here.`)
    const key = uri === '/' ? edge.rootObject : uri.slice(1)
    const readable = isPlain(key) && edge.readable[origin].some(pattern => fits(pattern, key))
    const object = readable ? await readObject(origin, key) : undefined
    return object ? answerObject(object, asked.headers, encodings) : accessDenied
  }

  return async asked => {
    const path = decodedPath(asked.target)
    if (path === undefined) return plainText(400, 'The path is malformed.')
    const route = routes.find(({ behaviour }) => fits(slashed(behaviour.pathPattern), path))
    if (!route) throw new Error(`No behaviour fits ${path}, not even the default one.`)

    const { behaviour, ask } = route
    const verdict: Verdict = ask ? await ask({ ...asked, uri: path }) : { uri: path }
    const answer = 'uri' in verdict ? await fromOrigin(behaviour, verdict.uri, asked) : verdict
    return withHeaders(answer, behaviour.headers)
  }
}

/** CloudFront takes `history/*` and `/history/*` for the same. */
const slashed = (pattern: string): string => (/^[/*]/.test(pattern) ? pattern : `/${pattern}`)

/** Undefined for what is no path: `*`, an absolute address, a broken percent sign. */
function decodedPath(target: string): string | undefined {
  const [path = ''] = target.split('?')
  try {
    return path.startsWith('/') ? decodeURIComponent(path) : undefined
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** S3 takes `history/../state/x` for a name like any other. Whoever keeps objects in files must never see it. */
const isPlain = (key: string): boolean =>
  key.split('/').every(part => !['', '.', '..'].includes(part)) && !/[\\\p{Cc}]/u.test(key)
