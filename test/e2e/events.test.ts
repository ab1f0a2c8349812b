import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAws } from '../../local/aws/server.ts'
import { type LambdaHost, startLambda } from '../../local/lambda/host.ts'
import { type Simulator, startSimulator } from '../../local/simulator/server.ts'

const bundle = fileURLToPath(new URL('../../dist/lambda/index.mjs', import.meta.url))
const minuteMs = 60_000
const busy = '00000000-0000-4000-8000-000000000001'
const muted = '00000000-0000-4000-8000-000000000002'

describe('the built bundle, on a bus', () => {
  let dir: string
  let aws: Awaited<ReturnType<typeof startAws>>
  let simulator: Simulator
  let lambda: LambdaHost
  const logs: string[] = []
  // The clock of Sophos is late at first, so that the next run finds new detections.
  let sophosLateMs = 50 * minuteMs

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'events-'))
    // So many that every 50 minutes have critical and high ones, at night and on Sundays too.
    const tenants = [busy, muted].map((id, n) => ({ id, name: `Tenant ${n}`, detectionsPerDay: 50_000 }))
    const quiet = Array.from({ length: 8 }, () => ({ detectionsPerDay: 0 }))
    simulator = await startSimulator({
      tenants: [...tenants, ...quiet],
      rateLimits: '2000/s',
      clock: () => Date.now() - sophosLateMs,
    })
    aws = await startAws({
      dir,
      buckets: ['data'],
      secrets: { credentials: '{"clientId":"demo-client","clientSecret":"demo-secret"}' },
    })
    lambda = await startLambda({
      bundle,
      timeoutMs: 60_000,
      memoryMb: 256,
      onLog: line => logs.push(line),
      env: {
        AWS_ENDPOINT_URL: aws.url,
        DATA_BUCKET: 'data',
        SOPHOS_SECRET_ARN: 'credentials',
        SOPHOS_ID_URL: simulator.url,
        SOPHOS_API_URL: simulator.url,
        SOPHOS_RATE_LIMITS: '2000/s',
        EVENT_BUS_NAME: 'default',
        MUTED: JSON.stringify([{ tenant: muted, until: '9999-12-31' }]),
      },
    })
  })
  afterAll(async () => {
    await Promise.all([lambda.close(), aws.close(), simulator.close()])
    await rm(dir, { recursive: true })
  })

  const row = async (id: string): Promise<Record<string, string>> => {
    const rows: Record<string, string>[] = parse(await readFile(join(dir, 'data/detections.csv'), 'utf8'), {
      columns: true,
      bom: true,
    })
    return rows.find(({ ID }) => ID === id) ?? {}
  }

  it('announces nothing after its first run, and publishes even if the bus rejects events', async () => {
    await expect(lambda.invoke({})).resolves.toMatchObject({ ok: true, value: { result: 'complete' } })
    expect(aws.buses.events).toEqual([])

    sophosLateMs = 0
    aws.buses.isFull = true
    await expect(lambda.invoke({})).resolves.toMatchObject({ ok: true, value: { result: 'complete' } })
    expect(Number((await row(busy)).New_Total)).toBeGreaterThan(0)
    expect(Number((await row(muted)).New_Total)).toBeGreaterThan(0)
    expect(logs.join('\n')).toContain('an event could not be sent; the next run tries again')
  })

  it('announces in the next run the detections that the bus rejected, without those of the muted tenant', async () => {
    const before = await row(busy)
    aws.buses.isFull = false
    await lambda.invoke({})
    const later = await row(busy)
    const [event, ...more] = aws.buses.events
    expect(more).toEqual([])
    expect(event).toMatchObject({
      bus: 'default',
      source: 'sophos-detections-dashboard',
      detailType: 'New detections',
      detail: { schemaVersion: 1, source: 'default', demo: true, tenants: 1, more: 0 },
    })
    const critical = Number(before.New_Critical) + Number(later.New_Critical)
    const high = Number(before.New_High) + Number(later.New_High)
    expect(critical + high).toBeGreaterThan(0)
    expect(event?.detail).toMatchObject({ critical, high, worst: [{ id: busy, critical, high }] })
  })

  it('announces a failed run once, and no recovery at once, and the failure raises the alarm', async () => {
    aws.buses.events.length = 0
    const removeFault = simulator.faults.add({
      endpoint: 'token',
      kind: 'status',
      status: 401,
      body: { errorCode: 'oauth.invalid_client_secret', message: 'Unauthorized' },
    })
    await expect(lambda.invoke({})).resolves.toMatchObject({ ok: false, errorType: 'RunFailedError' })
    await expect(lambda.invoke({})).resolves.toMatchObject({ ok: false })
    removeFault()
    await lambda.invoke({})
    await lambda.invoke({})
    expect(aws.buses.events.map(({ detailType }) => detailType)).toEqual(['Run failed'])
    expect(aws.buses.events[0]?.detail).toMatchObject({
      message: expect.stringContaining('Sophos refused the credentials'),
    })
    expect(JSON.stringify(aws.buses.events)).not.toContain('demo-secret')
  })
})
