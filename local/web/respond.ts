import { type Answer, accessDenied, answerObject, textAnswer, withHeaders } from './answer.ts'
import { type Behaviour, type Origin, readEdge } from './edge.ts'
import type { ReadValue } from './edge-runtime.ts'
import type { StoredObject } from './stored-object.ts'
import { type Verdict, viewerRequestFunction } from './viewer-request.ts'

/** Returns undefined if there is no such object. `key` has no leading slash. */
export type ReadObject = (origin: Origin, key: string) => Promise<StoredObject | undefined>

export type Asked = {
  readonly method: string
  /** The request target as received: path and query, percent-encoded. */
  readonly target: string
  /** The viewer's address. */
  readonly ip: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Returns a function that answers requests as the template's distribution would. `readValue` reads its key-value store.
 * @throws Error if the template declares something that is not supported here.
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
      return textAnswer(403, `Only ${methods.join(' and ')} are allowed here.`)
    const key = uri === '/' ? edge.rootObject : uri.slice(1)
    const readable = isPlain(key) && edge.readable[origin].some(pattern => matches(pattern, key))
    const object = readable ? await readObject(origin, key) : undefined
    return object ? answerObject(object, asked.headers, encodings) : accessDenied
  }

  return async asked => {
    const path = decodedPath(asked.target)
    if (path === undefined) return textAnswer(400, 'The path is malformed.')
    const route = routes.find(({ behaviour }) => matches(slashed(behaviour.pathPattern), path))
    if (!route) throw new Error(`No behaviour matches ${path}, not even the default.`)

    const { behaviour, ask } = route
    const verdict: Verdict = ask ? await ask({ ...asked, uri: path }) : { uri: path }
    const answer = 'uri' in verdict ? await fromOrigin(behaviour, verdict.uri, asked) : verdict
    return withHeaders(answer, behaviour.headers)
  }
}

/** For CloudFront, `history/*` and `/history/*` are the same. */
const slashed = (pattern: string): string => (/^[/*]/.test(pattern) ? pattern : `/${pattern}`)

/** Whether `text` matches a pattern: `*` stands for any number of characters, `?` for one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(text)
}

/** Returns undefined if there is no valid path: for `*`, an absolute address, a wrong percent-encoding. */
function decodedPath(target: string): string | undefined {
  const [path = ''] = target.split('?')
  try {
    return path.startsWith('/') ? decodeURIComponent(path) : undefined
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** For S3, `history/../state/x` is a normal key. Code that stores objects as files must never get it. */
const isPlain = (key: string): boolean =>
  key.split('/').every(part => !['', '.', '..'].includes(part)) && !/[\\\p{Cc}]/u.test(key)
