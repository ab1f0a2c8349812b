import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { resolve as absolute, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { functionArn, lambdaEnvironment } from './environment.ts'
import { type Invocation, serveRuntimeApi } from './runtime-api.ts'

export type LambdaOptions = {
  /** The file that exports `handler(event, context)`, an ES module or CommonJS. */
  readonly bundle: string
  /** The function's own variables, in addition to Lambda's. */
  readonly env: Readonly<Record<string, string>>
  /** Limit for one invocation, and for loading the handler, which has at most 10 seconds. */
  readonly timeoutMs: number
  /** Default 512. Node's heap gets 90 % of it. */
  readonly memoryMb?: number
  /** Called for each line that the function writes to stdout or stderr. */
  readonly onLog: (line: string) => void
}

/** The result of an invocation, with Lambda's error types and messages. */
type InvocationResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string }

export type LambdaHost = {
  /** Runs the handler, one invocation at a time; others wait, as with a reserved concurrency of 1. */
  invoke(event: unknown): Promise<InvocationResult>
  /** Kills the process at once and waits for its end. The next invocation starts a new process. */
  kill(): Promise<void>
  /** Kills the process and closes the host. Current and waiting invocations fail. */
  close(): Promise<void>
}

/** A process of the function. */
type Environment = {
  readonly process: ReturnType<typeof spawn>
  readonly ended: Promise<unknown>
  /** Hands an event to the process. Set only while the process waits for one. */
  hand: ((invocation: Invocation) => void) | undefined
}

/** The current invocation. */
type Current = {
  readonly requestId: string
  readonly body: string
  readonly settle: (result: InvocationResult) => void
  /** The result to report once the process has ended, if known before. */
  verdict: InvocationResult | undefined
  timer: NodeJS.Timeout | undefined
}

const longestInitMs = 10_000

/**
 * Runs one function as Lambda would: in its own process with only Lambda's environment variables. The first invocation
 * starts the process, later ones reuse it. It is killed at the timeout, and replaced if it ended.
 */
export async function startLambda(options: LambdaOptions): Promise<LambdaHost> {
  const { env, timeoutMs, memoryMb = 512, onLog } = options
  const bundle = absolute(options.bundle)
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing. Build it first: npm run build`)
  let environment: Environment | undefined
  let current: Current | undefined
  let closed = false
  let queue: Promise<unknown> = Promise.resolve()

  const api = await serveRuntimeApi({
    next: hand => {
      if (environment === undefined) return
      environment.hand = hand
      deliver()
    },
    response: (requestId, body) => finish(requestId, { ok: true, value: JSON.parse(body) }),
    error: (requestId, body) => finish(requestId, failureOf(body)),
    initError: body => {
      // The process then ends by itself.
      if (current !== undefined) current.verdict = failureOf(body)
    },
  })

  function start(): Environment {
    const variables = lambdaEnvironment(bundle, memoryMb, api.url.replace('http://', ''), env, process.env)
    const bootstrap = fileURLToPath(new URL('./bootstrap.ts', import.meta.url))
    const child = spawn(process.execPath, [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`, bootstrap], {
      env: variables,
      cwd: dirname(bundle),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLog)
    const started: Environment = { process: child, ended: once(child, 'close'), hand: undefined }
    child.once('close', (code, signal) => {
      environment = undefined
      current?.settle(current.verdict ?? exitOf(current.requestId, code, signal))
    })
    return started
  }

  function deliver(): void {
    if (current === undefined || environment?.hand === undefined) return
    const { requestId, body } = current
    limit(current, timeoutMs)
    environment.hand({ requestId, body, functionArn, deadline: Date.now() + timeoutMs })
    environment.hand = undefined
  }

  /** Starts the timeout for what the process does now. */
  function limit(invocation: Current, ms: number): void {
    clearTimeout(invocation.timer)
    invocation.timer = setTimeout(() => {
      const errorMessage = `RequestId: ${invocation.requestId} Error: Task timed out after ${(ms / 1000).toFixed(2)} seconds`
      invocation.verdict = { ok: false, errorType: 'Sandbox.Timedout', errorMessage }
      environment?.process.kill('SIGKILL')
    }, ms)
  }

  function finish(requestId: string, result: InvocationResult): void {
    if (current?.requestId !== requestId) return
    const { settle, timer } = current
    clearTimeout(timer)
    // The handler's last output is already in the pipes, and Node reads it before it runs this.
    setImmediate(() => settle(result))
  }

  async function run(event: unknown): Promise<InvocationResult> {
    if (environment?.process.killed) await environment.ended
    if (closed) throw new Error('This Lambda host is closed. Start another one.')
    const { promise, resolve } = Promise.withResolvers<InvocationResult>()
    const body = JSON.stringify(event) ?? 'null'
    current = { requestId: randomUUID(), body, settle: resolve, verdict: undefined, timer: undefined }
    environment ??= start()
    if (environment.hand === undefined) limit(current, Math.min(timeoutMs, longestInitMs))
    deliver()
    const result = await promise
    clearTimeout(current.timer)
    current = undefined
    return result
  }

  async function kill(): Promise<void> {
    environment?.process.kill('SIGKILL')
    await environment?.ended
  }

  return {
    invoke(event) {
      const result = queue.then(() => run(event))
      queue = result.catch(() => undefined)
      return result
    },
    kill,
    async close() {
      closed = true
      await kill()
      await api.close()
    },
  }
}

function failureOf(body: string): InvocationResult {
  const error: unknown = JSON.parse(body)
  const field = (name: string) =>
    String((error !== null && typeof error === 'object' && Reflect.get(error, name)) || '')
  return { ok: false, errorType: field('errorType'), errorMessage: field('errorMessage') }
}

function exitOf(requestId: string, code: number | null, signal: string | null): InvocationResult {
  const how = signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
  return {
    ok: false,
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  }
}
