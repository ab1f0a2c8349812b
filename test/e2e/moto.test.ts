import { fileURLToPath } from 'node:url'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { startLambda } from '../../local/lambda/host.ts'
import { startSimulator } from '../../local/simulator/server.ts'
import { hasMoto, startMoto } from '../local/aws/moto.ts'

const secret = JSON.stringify({ clientId: 'demo-client', clientSecret: 'demo-secret' })

describe.skipIf(!hasMoto)(`the built bundle on moto${hasMoto ? '' : ', which is not installed here'}`, () => {
  it('collects, publishes, and resumes from its state in the next run', async () => {
    const moto = await startMoto('credentials', secret)
    const simulator = await startSimulator({ tenants: 30, rateLimits: '' })
    const logs: string[] = []
    const lambda = await startLambda({
      bundle: fileURLToPath(new URL('../../dist/lambda/index.mjs', import.meta.url)),
      timeoutMs: 60_000,
      onLog: line => logs.push(line),
      env: {
        AWS_ENDPOINT_URL: moto.url,
        DATA_BUCKET: 'data',
        SOPHOS_SECRET_ARN: 'credentials',
        SOPHOS_ID_URL: simulator.url,
        SOPHOS_API_URL: simulator.url,
        SOPHOS_RATE_LIMITS: '2000/s',
      },
    })
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
    const s3 = new S3Client({ endpoint: moto.url, region: 'us-east-1', credentials, forcePathStyle: true })
    try {
      await s3.send(new CreateBucketCommand({ Bucket: 'data' }))
      for (let run = 0; run < 2; run++) {
        await expect(lambda.invoke({})).resolves.toMatchObject({ ok: true, value: { result: 'complete' } })
      }
      const { Body, CacheControl, ContentType } = await s3.send(
        new GetObjectCommand({ Bucket: 'data', Key: 'detections.csv' }),
      )
      expect(parse((await Body?.transformToString()) ?? '', { columns: true, bom: true })).toHaveLength(30)
      expect({ CacheControl, ContentType }).toEqual({
        CacheControl: 'public, max-age=0, s-maxage=30, must-revalidate',
        ContentType: 'text/csv; charset=utf-8',
      })
      expect(logs.filter(line => /"level":"(WARN|ERROR)"/.test(line))).toEqual([])
    } finally {
      s3.destroy()
      await Promise.all([lambda.close(), simulator.close(), moto.close()])
    }
  })
})
