import { Metrics } from '@aws-lambda-powertools/metrics'
import { vi } from 'vitest'
import type { LeaseTaken } from '../lambda/run/lease.ts'
import { recordMetrics } from '../lambda/run/metrics.ts'
import type { RunOutcome, RunReport } from '../lambda/state/run-report.ts'
import type { SimulatorOptions } from '../local/simulator/options.ts'
import { openCloudWatch } from './cloudwatch.ts'
import { virtualInstallation } from './virtual-installation.ts'

type Emf = Readonly<Record<string, unknown>> & {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string }[]
    }[]
  }
}

/** What a run writes for CloudWatch, in the embedded format. */
export function writtenMetrics(report: RunReport): Emf {
  // Written to this process' console, and not past it.
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
  const lines: string[] = []
  const spy = vi.spyOn(console, 'log').mockImplementation(line => void lines.push(String(line)))
  try {
    const metrics = new Metrics({ namespace: 'SophosDetections', serviceName: 'sophos-detections' })
    recordMetrics(metrics, report, 'sophos')
  } finally {
    spy.mockRestore()
    vi.unstubAllEnvs()
  }
  if (lines.length !== 1) throw new Error(`a run wrote ${lines.length} lines of metrics instead of one`)
  return JSON.parse(lines[0] ?? '')
}

type Simulator = SimulatorOptions & { rateLimits: string }

/** An installation in virtual time whose runs start on schedule and are watched by the alarms of `template`. */
export function watchedInstallation(template: object, simulator: Simulator, intervalMs: number) {
  const schedule = { refreshInterval: `${intervalMs}ms` }
  let installation = virtualInstallation({ simulator, ...schedule })
  const { clock, bucket } = installation
  const cloudWatch = openCloudWatch(template, clock.now())
  let tick = clock.now()

  /** One scheduled run, as Lambda and the handler measure it. */
  async function run(): Promise<void> {
    const startedAt = clock.now()
    const started = installation.run({ remainingMs: Math.min(870_000, intervalMs - 30_000) })
    const outcome: RunOutcome | LeaseTaken | undefined = await started.catch(() => undefined)
    cloudWatch.pass(clock.now())
    const report = outcome && 'report' in outcome ? outcome.report : undefined
    const hasFailed = outcome === undefined || report?.result === 'failed'
    const lambda = (name: string, value: number) =>
      cloudWatch.put({ namespace: 'AWS/Lambda', name, value, at: startedAt })
    lambda('Duration', clock.now() - startedAt)
    lambda('Errors', hasFailed ? 1 : 0)
    // What an asynchronous start comes to in the end, if it fails.
    if (hasFailed) {
      const name = 'NumberOfMessagesSent'
      cloudWatch.put({ namespace: 'AWS/SQS', name, value: 1, at: clock.now() })
    }
    if (!report) return
    const emf = writtenMetrics(report)
    for (const { Namespace: namespace, Dimensions, Metrics } of emf._aws.CloudWatchMetrics) {
      // The name of the stack is known only when it is deployed.
      const names = (Dimensions[0] ?? []).filter(name => name !== 'installation')
      const dimensions = Object.fromEntries(names.map(name => [name, emf[name]]))
      for (const { Name: name } of Metrics) {
        cloudWatch.put({ namespace, name, dimensions, value: Number(emf[name]), at: report.endedAt })
      }
    }
  }

  return {
    clock,
    /** What the alarms did. */
    rings: cloudWatch.rings,
    faults: () => installation.sophos.faults,
    /** From now on Sophos has these tenants. */
    become(tenants: Simulator['tenants']): void {
      const changed = { ...simulator, ...(tenants !== undefined && { tenants }) }
      installation = virtualInstallation({ simulator: changed, ...schedule, clock, bucket })
    },
    /** Lives for so many hours. `before` is called before each run, with its number. */
    async live(hours: number, before: (run: number) => void = () => undefined): Promise<void> {
      const end = tick + hours * 3_600_000
      for (let n = 0; tick < end; n++) {
        before(n)
        await run()
        tick += intervalMs
        await installation.pass(tick - clock.now())
        cloudWatch.pass(clock.now())
      }
    },
  }
}
