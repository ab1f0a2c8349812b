import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { virtualInstallation } from '../virtual-installation.ts'
import { mostInWindow } from '../virtual-sophos.ts'
import { leastTime } from './least-time.ts'

export type PacingFigures = {
  readonly tenants: number
  readonly calls: number
  readonly seconds: number
  readonly leastSeconds: number
  readonly collected: number
  readonly throttled: number
  /** For each window, its limit and the most calls in it by the server's times. */
  readonly fullest: readonly { readonly window: string; readonly limit: number; readonly calls: number }[]
}

/** Measures one run of the real code over all tenants, against the simulator's windows, in simulated time. */
export async function measurePacing(
  tenants: number,
  rateLimits: string,
  latencyMs: readonly [number, number],
): Promise<PacingFigures> {
  const specs = Array.from({ length: tenants }, () => ({ access: 'ok' as const }))
  const { clock, sophos, run } = virtualInstallation({ simulator: { tenants: specs, rateLimits }, latencyMs })
  const startedAt = clock.now()
  const outcome = await run({ remainingMs: Number.POSITIVE_INFINITY })
  if (!('report' in outcome)) throw new Error('Another run holds the lease.')
  const { report } = outcome
  const windows = parseRateWindows(rateLimits)
  return {
    tenants,
    calls: report.calls.made,
    seconds: (clock.now() - startedAt) / 1_000,
    leastSeconds: leastTime(report.calls.made, windows) / 1_000,
    collected: Number(/Collected (\d+)/.exec(report.message)?.[1] ?? 0),
    throttled: report.calls.throttled,
    fullest: windows.map(({ text, limit, periodMs }) => ({
      window: text,
      limit,
      calls: mostInWindow(sophos.received, periodMs),
    })),
  }
}
