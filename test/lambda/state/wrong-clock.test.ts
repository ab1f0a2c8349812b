import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLease } from '../../../lambda/run/lease-record.ts'
import { parseState } from '../../../lambda/state/state.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const object = { contentType: 'any', cacheControl: 'no-store' }
const tenants = Array.from({ length: 12 }, () => ({ access: 'ok' as const }))
const stateKey = 'state/default/tenants.ndjson.gz'
const leaseKey = 'state/default/lease.json'

async function installed() {
  const installation = virtualInstallation({ simulator: { tenants, rateLimits: '10/s 100/m' } })
  await installation.run()
  await installation.pass(15 * minuteMs)
  return installation
}
type Installation = Awaited<ReturnType<typeof installed>>

const text = async ({ bucket }: Installation, key: string): Promise<string> => {
  const bytes = (await bucket.read(key))?.bytes ?? Buffer.from('')
  return (key.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes)).toString()
}
const put = ({ bucket }: Installation, key: string, body: string) =>
  bucket.write(key, { ...object, body: key.endsWith('.gz') ? gzipSync(body) : body })

/** Whatever the past holds: one run, or the next where a lease seems to be held, has every tenant's figures. */
async function expectGoodOrder(installation: Installation): Promise<void> {
  const startedAt = installation.clock.now()
  const first = await installation.run()
  if (!('report' in first)) await installation.pass(15 * minuteMs)
  const second = 'report' in first ? first : await installation.run()
  expect(second).toMatchObject({ report: { result: 'complete', counts: { collected: 12 } } })
  const rows = installation.rows()
  expect(rows.map(({ Status }) => Status).sort()).toEqual(Array(12).fill('ok'))
  for (const { Collected_At = '' } of rows) {
    expect(Date.parse(Collected_At)).toBeGreaterThanOrEqual(startedAt)
    expect(Date.parse(Collected_At)).toBeLessThanOrEqual(installation.clock.now())
  }
  const now = installation.clock.now()
  const { state, damage } = parseState(gzipSync(await text(installation, stateKey)), now)
  expect(damage).toBeUndefined()
  expect(state.listedAt).toBeGreaterThanOrEqual(startedAt)
  expect(state.recordedUntil).toBeGreaterThanOrEqual(startedAt)
  for (const { triedAt } of state.tenants) expect(triedAt).toBeLessThanOrEqual(now)
  expect(parseLease(Buffer.from(await text(installation, leaseKey)), now).until).toBe(0)
  await installation.pass(15 * minuteMs)
  await expect(installation.run()).resolves.toMatchObject({ report: { result: 'complete' } })
}

/** Replaces numbers by nonsense: the nth one in the text, for each n that is drawn. */
const nonsense = (now: number) =>
  fc.constantFrom(-1, 0, 0.5, 1e9, 1e18, 1e308, -1e308, now + dayMs, now + 400 * dayMs, now - 400 * dayMs)
const isNumber = /(?<=[:[,])-?\d+(?:\.\d+)?(?=[,\]}])/g
const withNonsense = (json: string, at: ReadonlyMap<number, number>): string => {
  let n = 0
  return json.replaceAll(isNumber, found => String(at.get(n++) ?? found))
}

describe.each([
  ['the lease and its book of calls', leaseKey],
  ['the state', stateKey],
])('nonsense in %s', (_, key) => {
  it('stops no run, blocks no tenant, and is gone after a run', async () => {
    const now = (await installed()).clock.now()
    const where = fc.dictionary(fc.nat(120).map(String), nonsense(now), { maxKeys: 8, minKeys: 1 })
    await fc.assert(
      fc.asyncProperty(where, async places => {
        const installation = await installed()
        const at = new Map(Object.entries(places).map(([n, value]) => [Number(n), value]))
        const [head = '', ...lines] = (await text(installation, key)).split(/(?<=\n)/)
        // Numbers of the first lines: the whole of a lease; the head and the first tenants of a state.
        await put(
          installation,
          key,
          withNonsense(head + lines.slice(0, 2).join(''), at) + lines.slice(2).join(''),
        )
        if (key === leaseKey) {
          // A pause is believed for an hour at the most.
          await installation.run()
          await installation.pass(75 * minuteMs)
        }
        await expectGoodOrder(installation)
      }),
      { numRuns: 8, endOnFailure: true },
    )
  })
})

describe('a lease', () => {
  it.each([
    ['held until the year 2100', { renewedAt: 4e12, until: 4e12 + 180_000 }],
    ['held for ever', { until: 1e18 }],
    ['held since before time began', { renewedAt: -1e308, until: 1e308 }],
    ['with more calls than memory', { calls: [[1_795_000_000_000, 1e9]] }],
    ['with a negative number of calls', { calls: [[1_795_000_000_000, -5]] }],
    ['with calls that end in the future', { calls: [[1e18, 40]] }],
    ['with calls from before time began', { calls: [[-1e308, 1e9]] }],
  ])('%s holds up no run for longer than six minutes', async (_, wrong) => {
    const installation = await installed()
    const lease: unknown = JSON.parse(await text(installation, leaseKey))
    await put(installation, leaseKey, JSON.stringify({ ...(lease as object), ...wrong }))
    await expectGoodOrder(installation)
  })
})

it('a pause without an end ends within an hour of the first run that reads it', async () => {
  const installation = await installed()
  const lease: unknown = JSON.parse(await text(installation, leaseKey))
  const pace = { share: 1 / 16, pausedUntil: 1e308 }
  await put(installation, leaseKey, JSON.stringify({ ...(lease as object), pace }))
  await installation.run()
  await installation.pass(75 * minuteMs)
  await expectGoodOrder(installation)
})

describe('a state', () => {
  it.each([
    ['that is no JSON', () => '{"id":'],
    ['whose figures are no numbers', (line: string) => line.replace('"total":', '"total":"')],
    ['whose status is unknown', (line: string) => line.replace('"status":"ok"', '"status":"better"')],
    ['that is empty', () => '{}'],
  ])('with a line %s keeps all other tenants, says so, and sets it aside', async (_, damage) => {
    const installation = await installed()
    const before = installation.rows()
    const lines = (await text(installation, stateKey)).split('\n')
    const good = lines.findIndex(line => line.includes('"status":"ok"'))
    lines[good] = damage(lines[good] ?? '')
    await put(installation, stateKey, lines.join('\n'))
    // Nothing new is learnt of any tenant: what is shown is what was known.
    const remove = installation.sophos.faults.add({ endpoint: 'counts', kind: 'status', status: 400 })
    await installation.run()
    const after = installation.rows()
    expect(after.map(({ ID }) => ID).sort()).toEqual(before.map(({ ID }) => ID).sort())
    expect(after.filter(({ Collected_At }) => Collected_At !== '')).toHaveLength(11)
    expect(installation.facts.map(([fact]) => fact)).toContain(
      'tenants in the state cannot be read; they are asked anew',
    )
    expect(installation.bucket.keys()).toContain('state/default/unreadable/tenants.ndjson.gz')
    remove()
    await installation.pass(15 * minuteMs)
    await expectGoodOrder(installation)
  })

  it('with lines that do not say whose they are loses no row, although the list that names them fails', async () => {
    const installation = await installed()
    const before = installation.rows()
    const lines = (await text(installation, stateKey)).split('\n')
    await put(installation, stateKey, lines.map((line, n) => (n === 2 ? '{}' : line)).join('\n'))
    installation.sophos.faults.add({ endpoint: 'partnerTenants', kind: 'status', status: 503 })
    await expect(installation.run()).rejects.toThrow('Nothing is saved')
    expect(installation.rows()).toEqual(before)
  })

  it('that unpacks to more than memory holds is set aside, and says how much it may be', async () => {
    const installation = await installed()
    const bomb = gzipSync(Buffer.alloc(70_000_000, '{}\n'))
    await installation.bucket.write(stateKey, { ...object, body: bomb })
    await expectGoodOrder(installation)
    const said = installation.facts.find(([fact]) => fact === 'the state cannot be read; starting without it')
    expect(String(said?.[1].error)).toContain(
      'it unpacks to more than the 67108864 bytes that a state may have',
    )
  })
})
