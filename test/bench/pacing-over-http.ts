import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { startLine } from '../e2e/line.ts'
import { mostInWindow } from '../virtual-sophos.ts'
import { leastTime } from './least-time.ts'
import type { PacingFigures } from './pacing.ts'

/** Measures one run of the built bundle over real HTTP, from the first call at the server to the last. */
export async function measureOverHttp(
  tenants: number,
  rateLimits: string,
  latencyMs: readonly [number, number],
): Promise<PacingFigures> {
  const [min, max] = latencyMs
  const specs = Array.from({ length: tenants }, () => ({ access: 'ok' as const }))
  const line = await startLine({
    simulator: { tenants: specs, rateLimits, latency: { min, max } },
    env: { SOPHOS_RATE_LIMITS: rateLimits },
    timeoutMs: 300_000,
  })
  try {
    const result = await line.invoke()
    if (!result.ok) throw new Error(result.errorMessage)
    const received = line.simulator.log.map(({ receivedAt }) => receivedAt)
    const windows = parseRateWindows(rateLimits)
    return {
      tenants,
      calls: received.length,
      collected: (await line.rows()).filter(({ Status }) => Status === 'ok').length,
      throttled: line.simulator.log.filter(({ status }) => status === 429).length,
      seconds: (Math.max(...received) - Math.min(...received)) / 1_000,
      leastSeconds: leastTime(received.length, windows) / 1_000,
      fullest: windows.map(({ text, limit, periodMs }) => ({
        window: text,
        limit,
        calls: mostInWindow(received, periodMs),
      })),
    }
  } finally {
    await line.close()
  }
}
