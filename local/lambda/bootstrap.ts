// Does the work of Lambda's Node runtime in its own process: loads the handler, then requests one event after another.
// It has only Lambda's environment variables, and calls the host through Lambda's Runtime API (2018-06-01).
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

// The host holds the other end of this pipe. When it ends, even if it is killed, this process ends too.
process.stdin.on('end', () => process.exit(1)).resume()

const { AWS_LAMBDA_RUNTIME_API, _HANDLER = '', LAMBDA_TASK_ROOT } = process.env
const runtime = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`

/** Not `fetch`: the wait for the next event can be longer than its timeouts. */
async function call(method: string, path: string, body?: string) {
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>()
  request(`${runtime}/${path}`, { method }, resolve).on('error', reject).end(body)
  const response = await promise
  return { headers: response.headers, body: await text(response) }
}

function described(error: unknown): string {
  if (!(error instanceof Error))
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error) })
  return JSON.stringify({
    errorType: error.name,
    errorMessage: error.message,
    trace: error.stack?.split('\n') ?? [],
  })
}

async function load() {
  const [, module, name = ''] = /^(.+)\.([^.]+)$/.exec(_HANDLER) ?? []
  const file = ['.mjs', '.cjs', '.js'].map(end => `${LAMBDA_TASK_ROOT}/${module}${end}`).find(existsSync)
  if (file === undefined) throw new Error(`Cannot find module '${module}' in ${LAMBDA_TASK_ROOT}`)
  const handler: unknown = (await import(pathToFileURL(file).href))[name]
  if (typeof handler !== 'function') throw new Error(`${_HANDLER} is undefined or not exported`)
  return handler
}

const handler = await load().catch(async (error: unknown) => {
  await call('POST', 'init/error', described(error))
  process.exit(1)
})

for (;;) {
  const { headers, body } = await call('GET', 'invocation/next')
  const awsRequestId = String(headers['lambda-runtime-aws-request-id'])
  const deadline = Number(headers['lambda-runtime-deadline-ms'])
  const context = {
    awsRequestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
  try {
    const value: unknown = await handler(JSON.parse(body), context)
    await call('POST', `invocation/${awsRequestId}/response`, JSON.stringify(value) ?? 'null')
  } catch (error) {
    await call('POST', `invocation/${awsRequestId}/error`, described(error))
  }
}
