import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LambdaHost, type LambdaOptions, startLambda } from '../../../local/lambda/host.ts'
import { certificateFile } from '../../network/tunnel.ts'

let dir: string
let host: LambdaHost | undefined
let lines: string[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lambda-'))
  lines = []
})

afterEach(async () => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  await host?.close()
  host = undefined
  await rm(dir, { recursive: true })
})

async function start(source: string, options: Partial<LambdaOptions> = {}): Promise<LambdaHost> {
  const bundle = join(dir, 'index.mjs')
  await writeFile(bundle, source)
  host = await startLambda({
    bundle,
    env: {},
    timeoutMs: 20_000,
    onLog: line => lines.push(line),
    ...options,
  })
  return host
}

describe('an invocation', () => {
  it('passes the event, and returns the result of the handler', async () => {
    const { invoke } = await start('export const handler = async event => ({ got: event })')
    expect(await invoke({ tick: 1, text: 'Grüße' })).toEqual({
      ok: true,
      value: { got: { tick: 1, text: 'Grüße' } },
    })
  })

  it('returns null if the handler returns nothing', async () => {
    const { invoke } = await start('export const handler = async () => {}')
    expect(await invoke({})).toEqual({ ok: true, value: null })
  })

  it('has a context with its function and the time left', async () => {
    const { invoke } = await start(
      `export const handler = async (event, context) => ({
        name: context.functionName, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
        id: context.awsRequestId, left: context.getRemainingTimeInMillis() })`,
      { memoryMb: 256 },
    )
    const result = await invoke({})
    expect(result).toEqual({
      ok: true,
      value: {
        name: 'sophos-detections-dashboard',
        arn: 'arn:aws:lambda:us-east-1:123456789012:function:sophos-detections-dashboard',
        memory: '256',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        left: expect.closeTo(20_000, -4),
      },
    })
  })

  it('has only the variables of Lambda and its own', async () => {
    process.env.LEAK = 'from the machine'
    const { invoke } = await start('export const handler = async () => process.env', {
      env: { SOURCE: 'test' },
    })
    const result = await invoke({})
    delete process.env.LEAK
    expect(result).toMatchObject({ ok: true, value: { SOURCE: 'test', AWS_REGION: 'us-east-1', TZ: ':UTC' } })
    expect(result).not.toHaveProperty('value.LEAK')
    expect(result).not.toHaveProperty('value.HOME')
  })

  it('has the variables for proxies, and for the certificates of proxies that inspect TLS', async () => {
    const proxies = { HTTPS_PROXY: 'http://a:1', http_proxy: 'http://b:2', NO_PROXY: 'c' }
    // Absolute, as the function runs in another folder.
    const given = { ...proxies, NODE_EXTRA_CA_CERTS: 'test/network/test-only-certificate.pem' }
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value)
    const { invoke } = await start('export const handler = async () => process.env', {
      env: { NO_PROXY: 'its own' },
    })
    expect(await invoke({})).toMatchObject({
      ok: true,
      value: { ...proxies, NO_PROXY: 'its own', NODE_EXTRA_CA_CERTS: certificateFile },
    })
  })

  it('fails with the name and the message of the handler error', async () => {
    const { invoke } = await start(
      `export const handler = async () => { throw Object.assign(new Error('no list'), { name: 'NoTenants' }) }`,
    )
    expect(await invoke({})).toEqual({ ok: false, errorType: 'NoTenants', errorMessage: 'no list' })
  })

  it('delivers all lines of stdout and stderr before it ends', async () => {
    const { invoke } = await start(
      `export const handler = async () => { console.log('one\\ntwo'); console.error('three') }`,
    )
    await invoke({})
    expect(lines.toSorted()).toEqual(['one', 'three', 'two'])
  })

  it('waits for the previous one', async () => {
    const { invoke } = await start(
      `let running = 0
      export const handler = async () => {
        running += 1
        await new Promise(resolve => setTimeout(resolve, 20))
        return running--
      }`,
    )
    expect(await Promise.all([invoke({}), invoke({}), invoke({})])).toEqual([
      { ok: true, value: 1 },
      { ok: true, value: 1 },
      { ok: true, value: 1 },
    ])
  })
})

describe('the process of a function', () => {
  const counting = `let calls = 0
    export const handler = async event => {
      calls += 1
      if (event.exit !== undefined) process.exit(event.exit)
      if (event.crash) { setTimeout(() => { throw new Error('in a timer') }); await new Promise(() => {}) }
      if (event.ms || event.hang) console.log('under way')
      if (event.ms) await new Promise(resolve => setTimeout(resolve, event.ms))
      if (event.hang) await new Promise(resolve => setTimeout(resolve, 1e6))
      return { calls, pid: process.pid }
    }`

  it('is reused by the next invocation', async () => {
    const { invoke } = await start(counting)
    await invoke({})
    expect(await invoke({})).toMatchObject({ value: { calls: 2 } })
  })

  it('is not killed by the timeout of an invocation that has ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const underWay = Promise.withResolvers<unknown>()
    const { invoke } = await start(counting, { timeoutMs: 5000, onLog: underWay.resolve })
    await invoke({})
    vi.advanceTimersByTime(3000)
    const result = invoke({ ms: 50 })
    await underWay.promise
    vi.advanceTimersByTime(4000)
    expect(await result).toMatchObject({ ok: true, value: { calls: 2 } })
  })

  it('is killed at the timeout, and the next invocation has a new one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const underWay = Promise.withResolvers<unknown>()
    const { invoke } = await start(counting, { timeoutMs: 5000, onLog: underWay.resolve })
    const first = await invoke({})
    const result = invoke({ hang: true })
    await underWay.promise
    vi.advanceTimersByTime(5000)
    expect(await result).toEqual({
      ok: false,
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 5\.00 seconds$/),
    })
    const next = await invoke({})
    expect(next).toMatchObject({ ok: true, value: { calls: 1 } })
    expect(next).not.toEqual(first)
  })

  it.each([
    ['exits', { exit: 3 }, 'exit status 3'],
    ['throws an uncaught error', { crash: true }, 'exit status 1'],
  ])('ends the invocation when it %s, and is replaced', async (_, event, how) => {
    const { invoke } = await start(counting)
    expect(await invoke(event)).toMatchObject({
      ok: false,
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining(`Runtime exited with error: ${how}`),
    })
    expect(await invoke({})).toMatchObject({ ok: true, value: { calls: 1 } })
  })

  it('can be killed during an invocation', async () => {
    const underWay = Promise.withResolvers<unknown>()
    const { invoke, kill } = await start(counting, { onLog: underWay.resolve })
    const result = invoke({ hang: true })
    await underWay.promise
    await kill()
    expect(await result).toMatchObject({ ok: false, errorMessage: expect.stringContaining('signal: killed') })
    expect(await invoke({})).toMatchObject({ ok: true, value: { calls: 1 } })
  })

  it('can be killed between two invocations', async () => {
    const { invoke, kill } = await start(counting)
    await invoke({})
    void kill()
    expect(await invoke({})).toMatchObject({ ok: true, value: { calls: 1 } })
  })

  it('has ended when the host is closed, and its invocation has failed', async () => {
    const underWay = Promise.withResolvers<unknown>()
    const { invoke, close } = await start(counting, { onLog: underWay.resolve })
    const first = await invoke({})
    const pid = first.ok ? Number(Reflect.get(Object(first.value), 'pid')) : 0
    const result = invoke({ hang: true })
    await underWay.promise
    await close()
    host = undefined
    expect(await result).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' })
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    await expect(invoke({})).rejects.toThrow('closed')
  })
})

it('a function ends even if its host is killed in the middle of an invocation', async () => {
  const bundle = join(dir, 'index.mjs')
  await writeFile(
    bundle,
    `export const handler = () => new Promise(() => {
      console.log('pid', process.pid)
      setInterval(() => {}, 1000)
    })`,
  )
  const script = `import { startLambda } from './local/lambda/host.ts'
    const onLog = line => console.log(line)
    const host = await startLambda({ bundle: process.argv[1], env: {}, timeoutMs: 60_000, onLog })
    await host.invoke({})`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script, bundle])
  let pid = 0
  try {
    const [line] = await once(parent.stdout, 'data')
    pid = Number(/pid (\d+)/.exec(String(line))?.[1])
    expect(() => process.kill(pid, 0)).not.toThrow()
  } finally {
    parent.kill('SIGKILL')
  }
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 20_000 })
})

describe('a bundle that cannot be loaded', () => {
  it('ends the invocation with its own error', async () => {
    const { invoke } = await start(`throw new TypeError('no settings')`)
    expect(await invoke({})).toEqual({ ok: false, errorType: 'TypeError', errorMessage: 'no settings' })
  })

  it('has another error if it exports no handler', async () => {
    const { invoke } = await start('export const main = 1')
    expect(await invoke({})).toMatchObject({
      ok: false,
      errorMessage: 'index.handler is undefined or not exported',
    })
  })

  it('is killed if loading never ends', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const underWay = Promise.withResolvers<unknown>()
    const source = `console.log('loading'); setInterval(() => {}, 1000); await new Promise(() => {})`
    const { invoke } = await start(source, { timeoutMs: 5000, onLog: underWay.resolve })
    const result = invoke({})
    await underWay.promise
    vi.advanceTimersByTime(5000)
    expect(await result).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' })
  })

  it('is refused at once if it is missing', async () => {
    const options = { bundle: join(dir, 'none.mjs'), env: {}, timeoutMs: 1000, onLog: () => {} }
    await expect(startLambda(options)).rejects.toThrow('npm run build')
  })
})
