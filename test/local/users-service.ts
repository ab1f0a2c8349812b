import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore'
import { listen } from '../../local/listen.ts'

export const storeArn =
  'arn:aws:cloudfront::111122223333:key-value-store/0a1b2c3d-0000-4000-8000-000000000000'

/** A stand-in for CloudFront's key-value stores, with one store, over HTTP on loopback. */
export type UsersService = {
  readonly client: CloudFrontKeyValueStoreClient
  /** The content of the store. Tests may change it. */
  readonly values: Map<string, string>
  /** All requests in order, with their headers. */
  readonly requests: { readonly line: string; readonly headers: IncomingMessage['headers'] }[]
  /** Called before each write, to simulate another writer. */
  beforeWrite: () => void
  /** Increases with each change, like the store's ETag. */
  version: number
  close: () => Promise<void>
}

export async function startUsersService(): Promise<UsersService> {
  const service = {
    values: new Map<string, string>(),
    requests: [] as UsersService['requests'],
    beforeWrite: () => {},
    version: 1,
  }
  const answer: RequestListener = (request, response) => void respond(service, request, response)
  const { url, close } = await listen(createServer(answer), 0)
  // The client puts the account number in front of the host, so loopback needs a name here.
  const agent = new Agent({
    lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  const client = new CloudFrontKeyValueStoreClient({
    region: 'us-east-1',
    endpoint: url.replace('127.0.0.1', 'stores.test'),
    requestHandler: { httpAgent: agent },
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret', sessionToken: 'token' },
    maxAttempts: 1,
  })
  return Object.assign(service, { client, close })
}

type State = Omit<UsersService, 'client' | 'close'>

async function respond(service: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { values } = service
  const [path = '', query = ''] = decodeURIComponent(request.url ?? '').split('?')
  service.requests.push({ line: `${request.method} ${path}`, headers: request.headers })
  const key = path.split('/keys/')[1]
  const send = (status: number, body: object, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
  const fail = (status: number, type: string): void =>
    send(status, { Message: type }, { 'x-amzn-errortype': type })

  if (!path.startsWith(`/key-value-stores/${storeArn}`)) return fail(404, 'ResourceNotFoundException')
  const isWrite = request.method === 'PUT' || request.method === 'DELETE'
  if (isWrite) service.beforeWrite()
  const etag = `v${service.version}`
  if (isWrite && request.headers['if-match'] !== etag) return fail(409, 'ConflictException')
  if (key === undefined && path.endsWith('/keys')) return send(200, page(values, query))
  if (key === undefined) return send(200, { KvsARN: storeArn, ItemCount: values.size }, { etag })
  const value = values.get(key)
  if (request.method !== 'PUT' && value === undefined) return fail(404, 'ResourceNotFoundException')
  if (request.method === 'GET') return send(200, { Key: key, Value: value })
  if (request.method === 'PUT') values.set(key, JSON.parse(Buffer.concat(chunks).toString()).Value)
  else values.delete(key)
  service.version++
  send(200, { ItemCount: values.size, TotalSizeInBytes: 0 }, { etag: `v${service.version}` })
}

/** Two keys for each page, so that reading only the first page misses some. */
function page(values: ReadonlyMap<string, string>, query: string): object {
  const from = Number(new URLSearchParams(query).get('NextToken') ?? 0)
  const items = [...values].map(([Key, Value]) => ({ Key, Value }))
  return {
    Items: items.slice(from, from + 2),
    ...(from + 2 < items.length && { NextToken: String(from + 2) }),
  }
}
