import { describe, expect, it } from 'vitest'
import { tenantApis } from '../../../lambda/doctor/catalogue.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { mostInWindow } from '../../virtual-sophos.ts'
import { expectConsistent, refused, shortRemedies, virtualDoctor } from './virtual-doctor.ts'

const ok = { access: 'ok' } as const
const apis = tenantApis.length

describe('the evidence', () => {
  it('has status, message, correlation id and time, for at most three tenants', async () => {
    const { report: examine, sophos } = virtualDoctor({ tenants: [...Array(9)].map(() => ok) })
    sophos.faults.add({ kind: 'status', status: 403, endpoint: 'counts', body: refused })
    const [remedy] = (await examine()).remedies
    expect(remedy).toMatchObject({ tenants: 9, mend: true })
    expect(remedy?.examples).toHaveLength(3)
    for (const example of remedy?.examples ?? []) {
      expect(example).toMatchObject({
        status: 403,
        message: 'Forbidden',
        correlationId: refused.correlationId,
      })
      expect(Date.parse(example.at)).toBeGreaterThan(Date.UTC(2026, 10, 22, 10))
    }
  })

  it('never contains the secret or a token, nor does the log', async () => {
    for (const secret of ['demo-secret', 'another-secret']) {
      const { report: examine, facts, bucket } = virtualDoctor({ tenants: 20, secret })
      const written = JSON.stringify([await examine(), facts]) + bucket.keys().map(bucket.text).join('')
      expect(written.length).toBeGreaterThan(500)
      expect(written).not.toContain(secret)
      expect(written).not.toMatch(/bearer|access_token/i)
    }
  })
})

describe("the doctor's calls", () => {
  it('are one for each API of the catalogue, and two tries at a host that does not answer', async () => {
    const { report: examine, sophos } = virtualDoctor({ tenants: estate(50, 'br01') })
    sophos.faults.add({ kind: 'reset', region: 'br01' })
    const { calls, summary } = await examine()
    expect(summary.byFinding.unreachable).toBe(50 * apis)
    // Token, whoami, tenant list, the partner's three; then two tries each of the four that run at once.
    expect(calls.made).toBeLessThanOrEqual(6 + 8)
  })

  it('end before the time is up, and the rest is reported as not tried', async () => {
    const {
      report: examine,
      clock,
      sophos,
    } = virtualDoctor({
      tenants: estate(60, 'eu01'),
      rateLimits: '10/s 40/m',
      remainingMs: 120_000,
    })
    const before = clock.now()
    const report = await examine()
    expectConsistent(report)
    expect(clock.now() - before).toBeLessThan(120_000)
    expect(report).toMatchObject({ result: 'partial' })
    expect(report.summary.byFinding.not_tried).toBeGreaterThan(100)
    expect(shortRemedies(report).filter(remedy => remedy.includes('not_tried'))).toHaveLength(1)
    expect(mostInWindow(sophos.received, 60_000)).toBeLessThanOrEqual(40)
  })

  it('share one budget with the collector, before and after', async () => {
    const rateLimits = '10/s 60/m 200/h'
    const installation = virtualInstallation({ simulator: { tenants: estate(40, 'eu01'), rateLimits } })
    await installation.run()
    const { report: examine } = virtualDoctor({ sample: 3, rateLimits, beside: installation })
    const { received } = installation.sophos
    const before = received.length
    const report = await examine()
    expect(report.summary.byFinding.works).toBe(6 + 3 * apis)
    expect(received.length - before).toBe(6 + 3 * apis)
    await installation.run()
    expect(mostInWindow(received, 1_000)).toBeLessThanOrEqual(10)
    expect(mostInWindow(received, 60_000)).toBeLessThanOrEqual(60)
  })

  it('are not made during a collection, and the caller gets who holds the lease', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: estate(40, 'eu01'), rateLimits: '10/s 60/m' },
    })
    const doctor = virtualDoctor({ beside: installation })
    const running = installation.start()
    await installation.pass(1_000)
    const taken = await installation.clock.drive(doctor.start())
    expect(taken).toEqual({ since: expect.any(Number), until: expect.any(Number) })
    await expect(installation.clock.drive(running)).resolves.toMatchObject({ report: { result: 'complete' } })
  })

  it('make a collection that is due skip its turn', async () => {
    const installation = virtualInstallation({
      simulator: { tenants: estate(40, 'eu01'), rateLimits: '10/s 60/m' },
    })
    const doctor = virtualDoctor({ beside: installation, rateLimits: '10/s 60/m' })
    const running = doctor.start()
    await installation.pass(1_000)
    await expect(installation.run()).resolves.toEqual({
      since: expect.any(Number),
      until: expect.any(Number),
    })
    await expect(installation.clock.drive(running)).resolves.toMatchObject({ result: 'complete' })
  })

  function estate(count: number, region: 'eu01' | 'br01') {
    return Array.from({ length: count }, () => ({ access: 'ok', region }) as const)
  }
})
