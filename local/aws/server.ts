import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { listen } from '../listen.ts'
import { openObjects } from './objects.ts'
import { answerS3, type S3Answer } from './s3.ts'
import { S3Error } from './s3-error.ts'
import { answerSecrets } from './secrets.ts'
import { xmlDocument } from './xml.ts'

export type AwsOptions = {
  /** Default: any free port. */
  readonly port?: number
  /** Folder in which every bucket is a folder of its own. Made if it is not there. */
  readonly dir: string
  /** Buckets to make at the start. Default none. */
  readonly buckets?: readonly string[]
  /** What Secrets Manager holds, by name or by ARN. */
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * S3 and Secrets Manager on this machine, on one port of 127.0.0.1, as far as this product uses them. The AWS SDK finds
 * them through `AWS_ENDPOINT_URL` and takes any keys; S3 must be addressed by path (`forcePathStyle: true`).
 */
export async function startAws(options: AwsOptions): Promise<{ url: string; close: () => Promise<void> }> {
  mkdirSync(join(options.dir, '.metadata'), { recursive: true })
  const objects = openObjects(options.dir)
  for (const bucket of options.buckets ?? []) objects.createBucket(bucket)

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return
      process.stderr.write(`aws stand-in: ${error instanceof Error ? error.stack : error}\n`)
      if (!response.headersSent) response.writeHead(500).end()
    })
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const requestId = randomUUID()
    const target = request.headers['x-amz-target']
    if (typeof target === 'string') {
      const { status, json } = answerSecrets(options.secrets, target, body.toString('utf8'))
      response.writeHead(status, {
        'Content-Type': 'application/x-amz-json-1.1',
        'x-amzn-RequestId': requestId,
      })
      response.end(JSON.stringify(json))
      return
    }
    const answer = answerOrError(request, body, requestId)
    response.writeHead(answer.status, { 'x-amz-request-id': requestId, ...answer.headers })
    response.end(answer.body)
  }

  function answerOrError(request: IncomingMessage, body: Buffer, requestId: string): S3Answer {
    const method = request.method ?? 'GET'
    // Cut by hand: URL would resolve the dots of a key like a/../b.
    const [pathname = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s)
    try {
      return answerS3(objects, {
        method,
        pathname,
        query: new URLSearchParams(search),
        headers: request.headers,
        body,
      })
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      const content = { Code: error.code, Message: error.message, Resource: pathname, RequestId: requestId }
      return {
        status: error.status,
        headers: { 'Content-Type': 'application/xml' },
        ...(method !== 'HEAD' && { body: xmlDocument('Error', content) }),
      }
    }
  }

  return listen(server, options.port ?? 0)
}
