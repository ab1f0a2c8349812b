import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { hourMs, minuteMs, toldEstate } from './told-estate.ts'

/** An estate after its first run, with one new critical detection of its first tenant. */
async function withNews(options: Partial<Parameters<typeof toldEstate>[0]> = {}) {
  const estate = toldEstate({ tenants: 3, ...options })
  await estate.runOnce()
  await estate.pass(15 * minuteMs)
  estate.detect(0, 'critical')
  return estate
}

const fails = (operation: string) => (done: string) => {
  if (done.startsWith(operation)) throw new Error('S3 answered 503 SlowDown')
}
const nothing = () => undefined

describe('a new critical detection', () => {
  it.each([
    ['detections.csv cannot be written', 'write detections.csv'],
    ['status.json cannot be written', 'write status.json'],
    ['the record of announcements cannot be read', 'read state/default/digest.json'],
    ['the bus takes no event', 'send'],
  ])('is announced once by the next run that can, where %s', async (_, operation) => {
    const estate = await withNews()
    estate.control.strike = fails(operation)
    await estate.runOnce()
    expect(estate.told()).toEqual([])
    estate.control.strike = nothing
    for (let run = 0; run < 3; run++) {
      await estate.pass(15 * minuteMs)
      await estate.runOnce()
    }
    expect(estate.told()).toMatchObject([{ critical: 1, high: 0 }])
  })

  it.each([
    ['the record of announcements cannot be written', 'write state/default/digest.json'],
    ['the history cannot be written', 'write history/'],
  ])('is announced at once, and only once, where %s', async (_, operation) => {
    const estate = await withNews()
    estate.control.strike = fails(operation)
    await estate.runOnce()
    expect(estate.told()).toMatchObject([{ critical: 1 }])
    estate.control.strike = nothing
    await estate.pass(15 * minuteMs)
    await estate.runOnce()
    expect(estate.told()).toHaveLength(1)
  })

  it('is recorded in the history where it cannot be announced', async () => {
    const estate = await withNews()
    const before = await estate.memory.list('history/')
    estate.control.strike = fails('send')
    const etag = await estate.memory.etag(before[0] ?? '')
    await estate.runOnce()
    await expect(estate.memory.etag(before[0] ?? '')).resolves.not.toBe(etag)
  })

  it.each(['what?', '{"schemaVersion":9}', undefined])(
    'that waits for a cool-down outlasts the loss of the record (%j), and nothing old is announced with it',
    async body => {
      const estate = await withNews()
      await estate.runOnce()
      await estate.pass(15 * minuteMs)
      estate.detect(0, 'critical')
      estate.detect(0, 'high')
      await estate.runOnce()
      expect(estate.told()).toMatchObject([{ critical: 1, high: 0 }])
      const key = 'state/default/digest.json'
      if (body === undefined) estate.memory.remove(key)
      else await estate.memory.write(key, { body, contentType: '', cacheControl: '' })
      await estate.pass(15 * minuteMs)
      await estate.runOnce()
      await estate.pass(7 * hourMs)
      await estate.runOnce()
      expect(estate.told()).toMatchObject([
        { critical: 1, high: 0 },
        { critical: 1, high: 1 },
      ])
    },
  )

  it('from before events were switched on is not announced, and one from after it is, in its first run', async () => {
    const silent = await withNews({ env: { EVENT_BUS_NAME: '' } })
    await silent.runOnce()
    await silent.pass(15 * minuteMs)
    silent.detect(1, 'critical')
    await silent.runOnce()
    const loud = toldEstate({ tenants: 3, from: silent })
    await loud.pass(15 * minuteMs)
    loud.detect(2, 'critical')
    await loud.runOnce()
    expect(loud.told()).toMatchObject([{ name: 'Tenant 2', critical: 1 }])
  })

  it('in answers that lag behind is announced, and each answer is recorded once, at the time of its figures', async () => {
    const estate = toldEstate({ tenants: 1 })
    // The runs of 01:00 to 01:30 have figures of the day before.
    await estate.pass(15 * hourMs)
    estate.control.lagMs = 2 * hourMs
    await estate.runOnce()
    estate.detect(0, 'critical', estate.clock.now() - 1.9 * hourMs)
    for (let run = 0; run < 2; run++) {
      await estate.pass(15 * minuteMs)
      await estate.runOnce()
    }
    expect(estate.told()).toMatchObject([{ critical: 1, since: expect.stringMatching(/^2026-11-22T23:00/) }])
    expect(estate.rows()).toMatchObject([
      {
        Collected_At: expect.stringMatching(/^2026-11-22T23:30/),
        New_Critical: '0',
        Detections_Critical: '1',
      },
    ])
    const days = await estate.memory.list('history/')
    expect(days).toEqual(['history/source=default/2026-11-22.csv.gz'])
    const day = gunzipSync((await estate.memory.read(days[0] ?? ''))?.bytes ?? '').toString()
    expect(
      day
        .split('\n')
        .slice(1)
        .map(line => line.split(',').slice(1, 4).join(' ')),
    ).toEqual([...['2026-11-22 23:00:00 0 0', '2026-11-22 23:15:00 1 0', '2026-11-22 23:30:00 1 0', '']])
  })

  it('is new once, where Sophos lags behind for a while after it: New_* is exact, and older figures are passed over', async () => {
    const estate = await withNews()
    await estate.runOnce()
    const before = estate.rows().find(({ Name }) => Name === 'Tenant 0')
    estate.control.lagMs = 3 * hourMs
    await estate.pass(15 * minuteMs)
    await estate.runOnce()
    const { Reason, ...row } = estate.rows().find(({ Name }) => Name === 'Tenant 0') ?? {}
    expect({ ...row, Reason: '' }).toEqual(before)
    expect(Reason).toMatch(/answered for the 24 hours before .* The newer figures from before are kept\.$/)
    estate.control.lagMs = 0
    estate.detect(0, 'high')
    await estate.pass(15 * minuteMs)
    await estate.runOnce()
    expect(estate.rows().find(({ Name }) => Name === 'Tenant 0')).toMatchObject({
      ...{ New_Critical: '0', New_High: '1' },
      New_Since: expect.stringMatching(/^2026-11-22T10:15/),
    })
  })

  it.each(['off', 'auto'])(
    'of a tenant that moved to Sophos Fusion before the announcement is never announced, with FUSION_COUNTS %s',
    async FUSION_COUNTS => {
      const movedAt = { 0: Date.UTC(2026, 10, 22, 10, 20) }
      // Runs this rare check all tenants for a move.
      const estate = await withNews({ movedAt, refreshInterval: '24h', env: { FUSION_COUNTS } })
      estate.control.strike = fails('write detections.csv')
      await estate.runOnce()
      estate.control.strike = nothing
      await estate.pass(3 * hourMs)
      for (let run = 0; run < 3; run++) {
        await estate.runOnce()
        expect(estate.rows().map(({ Migration }) => Migration)).toContain('moved')
        await estate.pass(8 * hourMs)
      }
      expect(estate.told()).toEqual([])
    },
  )
})
