import { expect } from 'vitest'
import type { SourceReport } from '../../../lambda/doctor/report.ts'
import { type DoctorContext, runDoctor } from '../../../lambda/doctor/run-doctor.ts'
import { planDeadlines } from '../../../lambda/pacing/deadlines.ts'
import type { LeaseTaken } from '../../../lambda/run/lease.ts'
import { readSettings } from '../../../lambda/settings.ts'
import type { Transport } from '../../../lambda/sophos/transport.ts'
import type { SimulatorOptions } from '../../../local/simulator/options.ts'
import { memoryStore } from '../../memory-store.ts'
import { virtualClock } from '../../virtual-clock.ts'
import type { virtualInstallation } from '../../virtual-installation.ts'
import { virtualSophos } from '../../virtual-sophos.ts'

/** The doctor in virtual time: the real code, the simulator with a host for each region, a bucket in memory. */
export function virtualDoctor(
  options: SimulatorOptions & {
    rateLimits?: string
    sample?: number | 'all'
    remainingMs?: number
    secret?: string
    askMore?: DoctorContext['askMore']
    /** What stands between the doctor and Sophos. Default: nothing. */
    through?: (send: Transport) => Transport
    /** Thrown where the secret is read. */
    secretError?: Error
    /** An installation with a collector that shares the bucket and the simulated Sophos. */
    beside?: Pick<ReturnType<typeof virtualInstallation>, 'clock' | 'bucket' | 'sophos'>
  } = {},
) {
  const { sample = 'all', remainingMs = 870_000, rateLimits = '2000/s', through = send => send } = options
  const clock = options.beside?.clock ?? virtualClock()
  const bucket = options.beside?.bucket ?? memoryStore()
  const sophos =
    options.beside?.sophos ??
    virtualSophos(clock, { apiHosts: 'regions', ...options, rateLimits, latencyMs: [50, 400] })
  const facts: [fact: string, details: Record<string, unknown>][] = []
  const note = (fact: string, details: Record<string, unknown>) => void facts.push([fact, details])
  const progress: string[] = []

  const start = (): Promise<SourceReport | LeaseTaken> =>
    runDoctor({
      settings: readSettings({
        SOPHOS_SECRET_ARN: 'secret',
        DATA_BUCKET: 'data',
        SOPHOS_RATE_LIMITS: rateLimits,
      }),
      version: '0',
      clock,
      deadlines: planDeadlines(clock.now(), remainingMs),
      random: () => 0.5,
      send: through(sophos.send),
      store: bucket,
      async readCredentials() {
        if (options.secretError) throw options.secretError
        const { clientId = 'demo-client', clientSecret = 'demo-secret' } = options
        return { clientId, clientSecret: options.secret ?? clientSecret }
      },
      log: { debug: note, info: note, warn: note, error: note },
      sample,
      ...(options.askMore && { askMore: options.askMore }),
      onProgress: (examined, chosen) => progress.push(`${examined}/${chosen}`),
    })

  return {
    clock,
    bucket,
    sophos,
    facts,
    progress,
    start,
    async report(): Promise<SourceReport> {
      const report = await clock.drive(start())
      if (!('source' in report)) throw new Error('The lease is taken.')
      return report
    },
  }
}

/** Sophos' answer to a call without permission. */
export const refused = {
  error: 'forbidden',
  message: 'Forbidden',
  correlationId: '5867cac9-997a-43fe-bb6c-e5fd9f994503',
}

/** The remedies in short: whether they ask for action, finding, API, number of tenants. */
export const shortRemedies = (report: SourceReport) =>
  report.remedies.map(
    ({ finding, api, tenants, mend }) => `${mend ? 'mend' : 'know'} ${finding} ${api} ${tenants}`,
  )

/** Expects the numbers of a report to add up. */
export function expectConsistent(report: SourceReport): void {
  const sum: Record<string, number> = {}
  for (const { byFinding } of report.apis)
    for (const [finding, count] of Object.entries(byFinding)) sum[finding] = (sum[finding] ?? 0) + count
  expect(report.summary.byFinding).toEqual(sum)
  for (const { id, level, byFinding } of report.apis) {
    const count = Object.values(byFinding).reduce((total, n) => total + n, 0)
    expect(count).toBe(level === 'tenant' ? report.summary.examined : 1)
    if (level !== 'tenant') continue
    for (const [finding, n] of Object.entries(byFinding))
      expect(report.tenants.filter(({ findings }) => findings[id] === finding)).toHaveLength(n)
  }
  const mend = report.remedies.filter(remedy => remedy.mend)
  expect(report.summary.toMend).toBe(mend.length)
  expect(report.summary.toKnow).toBe(report.remedies.length - mend.length)
}
