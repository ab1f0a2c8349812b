import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventBus } from '../../../lambda/events/send.ts'
import { startAws } from '../../../local/aws/server.ts'

const event = {
  detailType: 'Run failed',
  detail: {
    schemaVersion: 1,
    message: 'No token.',
    installation: 'one',
    source: 'default',
    at: '',
    demo: false,
  },
} as const

describe('an event on its way to the bus', () => {
  let aws: Awaited<ReturnType<typeof startAws>>
  let dir: string

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'events-'))
    aws = await startAws({ dir, secrets: {} })
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url)
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'any')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any')
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await aws.close()
    await rm(dir, { recursive: true })
  })

  it('carries its source, its type and its detail', async () => {
    await eventBus('default')(event)
    expect(aws.buses.events).toEqual([
      {
        bus: 'default',
        source: 'sophos-detections-dashboard',
        detailType: 'Run failed',
        detail: event.detail,
      },
    ])
  })

  it('counts as failed if the bus answers 200 but did not take it', async () => {
    aws.buses.isFull = true
    await expect(eventBus('default')(event)).rejects.toThrow(
      'EventBridge did not take "Run failed": ThrottlingException',
    )
  })
})
