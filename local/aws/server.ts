import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { serveLocally } from '../loopback/serve.ts'
import { print } from '../print.ts'
import { makePrivateFolder } from '../private-files.ts'
import { answerEvents, type EventBuses } from './events.ts'
import { openObjects } from './objects.ts'
import { answerS3, type S3Answer } from './s3.ts'
import { S3Error } from './s3-error.ts'
import { answerSecrets } from './secrets.ts'
import { answerStacks, type Stacks } from './stacks.ts'
import { xmlDocument } from './xml.ts'

export type AwsOptions = {
  /** Folder with one subfolder for each bucket. Created if missing. */
  readonly dir: string
  /** Buckets to create at the start. Default none. */
  readonly buckets?: readonly string[]
  /** The secrets in Secrets Manager, by name or by ARN. */
  readonly secrets: Readonly<Record<string, string>>
  /** The stacks in CloudFormation. Default none. */
  readonly stacks?: Stacks
  /** Called for each request before the answer. `target` is the operation, if the protocol has it in a header. */
  readonly onRequest?: (request: AwsRequest) => void
}

export type AwsRequest = {
  readonly method: string
  readonly url: string
  readonly target: string | undefined
  readonly body: Buffer
}

export type Aws = {
  /** With the key of this start. */
  readonly url: string
  /** The buses of EventBridge, with their events. */
  readonly buses: EventBuses
  /** Returns the current value of a secret. */
  secret(name: string): string | undefined
  close(): Promise<void>
}

/**
 * Starts stand-ins for S3, Secrets Manager, EventBridge and CloudFormation on one port of 127.0.0.1, as far as this
 * product uses them. The AWS SDK finds them through `AWS_ENDPOINT_URL`, with any AWS credentials: what a caller has to
 * know is the address. S3 needs `forcePathStyle: true`.
 */
export async function startAws(options: AwsOptions): Promise<Aws> {
  makePrivateFolder(join(options.dir, '.metadata'))
  const objects = openObjects(options.dir)
  for (const bucket of options.buckets ?? []) objects.createBucket(bucket)
  const secrets = { ...options.secrets }
  const buses: EventBuses = { events: [], isFull: false }
  const troubles = new Set<string>()

  function answer(request: IncomingMessage, response: ServerResponse): void {
    serve(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return
      print(`aws stand-in: ${error instanceof Error ? error.stack : error}\n`, process.stderr)
      if (!response.headersSent) response.writeHead(500).end()
    })
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const requestId = randomUUID()
    const target = request.headers['x-amz-target']?.toString()
    options.onRequest?.({ method: request.method ?? 'GET', url: request.url ?? '/', target, body })
    if (target !== undefined) {
      const { status, json } = target.startsWith('AWSEvents.')
        ? answerEvents(buses, target, body.toString('utf8'))
        : answerSecrets(secrets, target, body.toString('utf8'))
      response.writeHead(status, {
        'Content-Type': 'application/x-amz-json-1.1',
        'x-amzn-RequestId': requestId,
      })
      response.end(JSON.stringify(json))
      return
    }
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      const { status, body: xml } = answerStacks(
        options.stacks ?? {},
        new URLSearchParams(body.toString('utf8')),
      )
      response.writeHead(status, { 'Content-Type': 'text/xml' }).end(xml)
      return
    }
    const answer = answerOrError(request, body, requestId)
    response.writeHead(answer.status, { 'x-amz-request-id': requestId, ...answer.headers })
    response.end(answer.body)
  }

  function answerOrError(request: IncomingMessage, body: Buffer, requestId: string): S3Answer {
    const method = request.method ?? 'GET'
    // Not with URL, which would resolve the dots of a key like a/../b.
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
      // A full disk refuses every write of every run.
      if (error.status === 507 && !troubles.has(error.message)) {
        troubles.add(error.message)
        print(`${error.message}\n`, process.stderr)
      }
      const content = { Code: error.code, Message: error.message, Resource: pathname, RequestId: requestId }
      return {
        status: error.status,
        headers: { 'Content-Type': 'application/xml' },
        ...(method !== 'HEAD' && { body: xmlDocument('Error', content) }),
      }
    }
  }

  const { url, close } = await serveLocally(answer)
  return { url, close, buses, secret: name => secrets[name] }
}
