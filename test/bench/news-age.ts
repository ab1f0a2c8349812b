import type { Dataset } from '../../lambda/asking/dataset.ts'
import { detections } from '../../lambda/datasets/detections/detections.ts'
import { hash, unit } from '../../local/simulator/hash.ts'
import { virtualInstallation } from '../virtual-installation.ts'

const hourMs = 3_600_000
const intervalMs = 900_000
/** By then every tenant was answered, and each answer holds a whole day. */
const warmUpHours = 4
const measuredHours = 24

/** The mean time from a critical or high detection to the answer that shows it, in minutes, by who sets the weights. */
export type NewsAge = {
  readonly sigma: number
  readonly detections: number
  readonly ours: number
  /** Knows the true rates. */
  readonly oracle: number
  /** Asks all tenants equally often. */
  readonly uniform: number
}

/**
 * 1,000 tenants at 1,000 calls an hour whose rates of detections are lognormal: a few have most of them. The oracle asks by
 * the square root of the true rate, which no other weights beat, without a lower bound.
 */
export async function measureNewsAge(sigma: number): Promise<NewsAge> {
  const rates = lognormalRates(1_000, sigma, 30)
  const weighted = (weight: Dataset['weight']) => ({ ...detections, weight })
  const ours = await meanAge(rates, detections)
  const byRate = await meanAge(
    rates,
    weighted(({ id }) => Math.sqrt(rates.get(id) ?? 0)),
  )
  const uniform = await meanAge(
    rates,
    weighted(() => 1),
  )
  return {
    sigma,
    detections: ours.detections,
    ours: ours.minutes,
    oracle: byRate.minutes,
    uniform: uniform.minutes,
  }
}

/** Detections a day by tenant, with this mean. */
function lognormalRates(tenants: number, sigma: number, mean: number): ReadonlyMap<string, number> {
  const drawn = Array.from({ length: tenants }, (_, n) => {
    const normal = Math.sqrt(-2 * Math.log(1 - unit(n, 1))) * Math.cos(2 * Math.PI * unit(n, 2))
    return Math.exp(sigma * normal)
  })
  const sum = drawn.reduce((a, b) => a + b, 0)
  return new Map(
    drawn.map((rate, n) => [
      `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      (rate / sum) * mean * tenants,
    ]),
  )
}

async function meanAge(
  rates: ReadonlyMap<string, number>,
  dataset: Dataset,
): Promise<{ minutes: number; detections: number }> {
  const tenants = [...rates].map(([id, detectionsPerDay]) => ({
    id,
    detectionsPerDay,
    access: 'ok' as const,
    // An incident changes the rate, and then the oracle would not know the true one.
    hasIncidents: false,
  }))
  const { clock, sophos, pass, run } = virtualInstallation({
    simulator: { tenants, rateLimits: '10/s 100/m 1000/h 200000/d', seed: hash(1, 2) },
    datasets: [dataset],
  })
  const start = clock.now()
  const from = start + warmUpHours * hourMs
  const end = from + measuredHours * hourMs
  const answeredAt = new Map<string, number>()
  let [age, found] = [0, 0]
  sophos.onCounts(tenantId => {
    const now = clock.now()
    const before = Math.max(answeredAt.get(tenantId) ?? from, from)
    for (const { severity, time } of sophos.world.detections(tenantId, before, Math.max(before, now))) {
      if (severity !== 'critical' && severity !== 'high') continue
      age += now - time
      found += 1
    }
    answeredAt.set(tenantId, now)
  })
  for (let tick = start; tick < end; tick += intervalMs) {
    await pass(tick - clock.now())
    await run()
  }
  return { minutes: age / found / 60_000, detections: found }
}
