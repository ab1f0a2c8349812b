import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { startAws } from '../../local/aws/server.ts'
import { type LambdaHost, startLambda } from '../../local/lambda/host.ts'
import type { SimulatorOptions } from '../../local/simulator/options.ts'
import { type Simulator, startSimulator } from '../../local/simulator/server.ts'

type Row = Readonly<Record<string, string>>

/** The whole product on loopback: simulated Sophos Central, the built bundle as in Lambda, S3 and Secrets Manager. */
export type Line = {
  readonly simulator: Simulator
  readonly logs: readonly string[]
  invoke(event?: unknown): ReturnType<LambdaHost['invoke']>
  /** Returns the published rows in order, from another parser than the product's. */
  rows(): Promise<Row[]>
  row(id: string): Promise<Row | undefined>
  /** Returns the text of an object in the data bucket. */
  object(key: string): Promise<string>
  /** Kills the function's process now. */
  kill(): Promise<void>
  close(): Promise<void>
}

const bundle = fileURLToPath(new URL('../../dist/lambda/index.mjs', import.meta.url))

export async function startLine(options: {
  simulator?: SimulatorOptions
  /** More settings of the function; the addresses of the stand-ins are set already. */
  env?: Readonly<Record<string, string>>
  /** The value of the secret. Default: credentials that the simulator accepts. */
  secret?: string
  timeoutMs?: number
}): Promise<Line> {
  const dir = await mkdtemp(join(tmpdir(), 'line-'))
  const simulator = await startSimulator({ rateLimits: wide, ...options.simulator })
  const secret = options.secret ?? JSON.stringify({ clientId: 'demo-client', clientSecret: 'demo-secret' })
  const aws = await startAws({ dir, buckets: ['data'], secrets: { credentials: secret } })
  const logs: string[] = []
  const lambda = await startLambda({
    bundle,
    timeoutMs: options.timeoutMs ?? 60_000,
    memoryMb: 256,
    onLog: line => logs.push(line),
    env: {
      AWS_ENDPOINT_URL: aws.url,
      DATA_BUCKET: 'data',
      SOPHOS_SECRET_ARN: 'credentials',
      SOPHOS_ID_URL: simulator.url,
      SOPHOS_API_URL: simulator.url,
      SOPHOS_RATE_LIMITS: wide,
      ...options.env,
    },
  })
  const object = (key: string) => readFile(join(dir, 'data', key), 'utf8')
  const rows = async (): Promise<Row[]> => parse(await object('detections.csv'), { columns: true, bom: true })
  return {
    simulator,
    logs,
    object,
    rows,
    invoke: (event = {}) => lambda.invoke(event),
    kill: lambda.kill,
    row: async id => (await rows()).find(({ ID }) => ID === id),
    async close() {
      await Promise.all([lambda.close(), aws.close(), simulator.close()])
      await rm(dir, { recursive: true })
    },
  }
}

/** Windows so wide that no call waits, for tests of other features. */
const wide = '2000/s'
