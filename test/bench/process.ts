import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { startAws } from '../../local/aws/server.ts'
import { startSimulator } from '../../local/simulator/server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bundle = join(root, 'dist/lambda/index.mjs')
const child = fileURLToPath(new URL('process-child.mjs', import.meta.url))

/** Lambda's flags for a function of 256 MB: 90 % for the old space, 5 % for each half of the young one. */
const lambdaFlags = ['--max-old-space-size=230', '--max-semi-space-size=12']

/** The figures of a process that loads a handler and invokes it once. */
export type ProcessFigures = {
  /** From the start of the import to the first request, ms. */
  readonly coldStartMs: number
  readonly peakMb: number
  readonly cpuSeconds: number
  readonly seconds: number
}

/**
 * Measures runs of the built bundle over real HTTP, each alone in its own process. The first asks all tenants without
 * rate limits, which no real run can do. The later one has all of them in its state, and asks as many as fit into the
 * 15 minutes of a function at 100 calls a minute.
 */
export async function measureRuns(
  tenants: number,
): Promise<{ first: ProcessFigures; later: ProcessFigures }> {
  const specs = Array.from({ length: tenants }, () => ({ access: 'ok' as const }))
  return withStandIns(specs, async (env, dir) => {
    const first = await runChild(bundle, env)
    // This also deletes the record of calls, so the later run has a day's budget.
    await rm(join(dir, 'data/state/default/lease.json'))
    return { first, later: await runChild(bundle, { ...env, SOPHOS_RATE_LIMITS: '1450/1h' }) }
  })
}

/**
 * Returns the median of several cold starts: of the bundle, and of a handler that only imports the same AWS clients and
 * uses one.
 */
export async function measureColdStarts(times: number): Promise<{ bundleMs: number; bareMs: number }> {
  return withStandIns([{ access: 'ok' }], async env => {
    const dir = await mkdtemp(join(tmpdir(), 'bare-'))
    try {
      const bare = join(dir, 'index.mjs')
      await buildBare(bare)
      const ours: number[] = []
      const theirs: number[] = []
      for (let i = 0; i < times; i++) {
        ours.push((await runChild(bundle, env)).coldStartMs)
        theirs.push((await runChild(bare, env)).coldStartMs)
      }
      return { bundleMs: median(ours), bareMs: median(theirs) }
    } finally {
      await rm(dir, { recursive: true })
    }
  })
}

export async function measureBundle(): Promise<{ kib: number; gzippedKib: number }> {
  return {
    kib: (await stat(bundle)).size / 1_024,
    gzippedKib: gzipSync(await readFile(bundle)).length / 1_024,
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function runChild(handler: string, env: Record<string, string>): Promise<ProcessFigures> {
  const { stdout } = await promisify(execFile)(process.execPath, [...lambdaFlags, child, handler], {
    // As the stack sets it.
    env: { ...env, PATH: process.env.PATH ?? '', MALLOC_ARENA_MAX: '1' },
    maxBuffer: 1 << 28,
  })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

async function withStandIns<T>(
  tenants: readonly { access: 'ok' }[],
  work: (env: Record<string, string>, dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-'))
  const simulator = await startSimulator({ tenants, rateLimits: '' })
  const secret = JSON.stringify({ clientId: 'demo-client', clientSecret: 'demo-secret' })
  const aws = await startAws({ dir, buckets: ['data'], secrets: { credentials: secret } })
  try {
    return await work(
      {
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        DATA_BUCKET: 'data',
        SOPHOS_SECRET_ARN: 'credentials',
        SOPHOS_ID_URL: simulator.url,
        SOPHOS_API_URL: simulator.url,
        SOPHOS_RATE_LIMITS: '100000/s',
      },
      dir,
    )
  } finally {
    await Promise.all([aws.close(), simulator.close()])
    await rm(dir, { recursive: true })
  }
}

async function buildBare(outfile: string): Promise<void> {
  const contents = `
    import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'
    import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
    const s3 = new S3Client({ forcePathStyle: true })
    new SecretsManagerClient()
    export const handler = () => s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'x' })).catch(() => undefined)`
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
  })
}
