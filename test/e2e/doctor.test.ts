import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Line, startLine } from './line.ts'

const ok = { access: 'ok' } as const

describe('the built bundle, invoked with {"action": "doctor"}', () => {
  let line: Line
  let result: Awaited<ReturnType<Line['invoke']>>

  beforeAll(async () => {
    line = await startLine({
      simulator: { tenants: [{ access: 'unlicensed' }, { apiHost: null }, ok, ok] },
      env: {
        SOPHOS_SOURCES: '{"emea":"arn:aws:secretsmanager:us-east-1:123456789012:secret:credentials-Local0"}',
      },
    })
    result = await line.invoke({ action: 'doctor', all: true })
  })
  afterAll(() => line.close())

  it('returns its findings, and writes them into the data bucket', async () => {
    expect(result).toMatchObject({
      ok: true,
      value: {
        result: 'complete',
        calls: { made: line.simulator.log.length },
        summary: { examined: 4, toMend: 2 },
      },
    })
    const report: unknown = JSON.parse(await line.object('access-report.json'))
    expect(report).toMatchObject({
      schemaVersion: 1,
      sources: [
        {
          source: 'default',
          demo: true,
          scope: 'all',
          identity: { idType: 'partner', id: line.simulator.accountId, tokenLifeSeconds: 3_600 },
          listing: { tenants: 4, isComplete: true },
          summary: { toMend: 2, toKnow: 0, examined: 4 },
        },
      ],
    })
  })

  it('writes no counts, no status and no state except the record of its calls', async () => {
    await expect(line.object('status.json')).rejects.toThrow('ENOENT')
    await expect(line.object('detections.csv')).rejects.toThrow('ENOENT')
    const { calls } = JSON.parse(await line.object('state/default/lease.json')) as {
      calls: [number, number][]
    }
    expect(calls.reduce((sum, [, count]) => sum + count, 0)).toBe(line.simulator.log.length)
  })

  it('keeps the reports of other sources', async () => {
    await line.invoke({ action: 'doctor', source: 'emea' })
    const { sources } = JSON.parse(await line.object('access-report.json')) as {
      sources: { source: string }[]
    }
    expect(sources.map(({ source }) => source)).toEqual(['default', 'emea'])
  })

  it('writes neither the secret nor a token anywhere', async () => {
    const written = [line.logs.join('\n'), await line.object('access-report.json'), JSON.stringify(result)]
    for (const text of written) {
      expect(text.length).toBeGreaterThan(100)
      expect(text).not.toContain('demo-secret')
      expect(text).not.toMatch(/bearer|access_token/i)
    }
  })
})

it('a wrong secret is a finding, not a failure of the function', async () => {
  const secret = JSON.stringify({ clientId: 'demo-client', clientSecret: 'another' })
  const line = await startLine({ secret })
  try {
    const message = expect.stringMatching(/^Token failed: .*No tenant was examined\.$/)
    await expect(line.invoke({ action: 'doctor' })).resolves.toMatchObject({
      ok: true,
      value: { result: 'failed', message },
    })
    expect(JSON.parse(await line.object('access-report.json'))).toMatchObject({
      sources: [{ identity: null, remedies: [{ finding: 'no_permission', api: 'token', mend: true }] }],
    })
  } finally {
    await line.close()
  }
})

it('reports a run that holds the lease, and makes no call', async () => {
  const line = await startLine({
    simulator: { tenants: [...Array(40)].map(() => ok), latency: { min: 20, max: 60 } },
  })
  try {
    const killed = line.invoke({ trigger: 'schedule' })
    while (line.simulator.log.filter(({ endpoint }) => endpoint === 'counts').length < 5) {
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    // A deployed doctor has its own process. Here both share one, so the run ends here; its lease lasts for minutes.
    await line.kill()
    await killed
    await expect(line.invoke({ action: 'doctor' })).resolves.toMatchObject({
      ok: true,
      value: { result: 'skipped', message: expect.stringMatching(/^Another run is under way since/) },
    })
    // Its first call would be for a token.
    expect(line.simulator.log.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)
    await expect(line.object('access-report.json')).rejects.toThrow('ENOENT')
  } finally {
    await line.close()
  }
})
