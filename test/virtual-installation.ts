import { parse } from 'csv-parse/sync'
import { datasets } from '../lambda/datasets/list.ts'
import { announce } from '../lambda/events/announce.ts'
import type { Send } from '../lambda/events/send.ts'
import { planDeadlines } from '../lambda/pacing/deadlines.ts'
import type { LeaseTaken } from '../lambda/run/lease.ts'
import { run } from '../lambda/run/run.ts'
import { readSettings } from '../lambda/settings.ts'
import type { Transport } from '../lambda/sophos/transport.ts'
import type { RunOutcome } from '../lambda/state/run-report.ts'
import type { Store } from '../lambda/state/store.ts'
import { hash, unit } from '../local/simulator/hash.ts'
import type { SimulatorOptions } from '../local/simulator/options.ts'
import { memoryStore } from './memory-store.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'
import { virtualSophos } from './virtual-sophos.ts'

/** The life of a run's process. After its end, the run has no more effects and gets no more answers. */
export type Life = { over: boolean }

/** An installation of the collector in virtual time: the real code of a run, the simulator and a bucket in memory. */
export function virtualInstallation(options: {
  simulator: SimulatorOptions & { rateLimits: string }
  latencyMs?: readonly [number, number]
  source?: string
  refreshInterval?: string
  /** More settings of the function. */
  env?: Readonly<Record<string, string>>
  /** The longest S3 read or write; each takes a random part of it. */
  storeLatencyMs?: number
  /** From another installation, if two of them share one bucket. */
  clock?: VirtualClock
  bucket?: ReturnType<typeof memoryStore>
  datasets?: typeof datasets
  /** Where events go. With it, the installation announces. */
  bus?: Send
  /** The collector's chance. Default: Math.random. */
  random?: () => number
  /** What stands between the collector and Sophos. Default: nothing. */
  through?: (send: Transport) => Transport
}) {
  const {
    source = 'default',
    latencyMs = [50, 400],
    refreshInterval = '15m',
    through = send => send,
  } = options
  const { clientId = 'demo-client', clientSecret = 'demo-secret' } = options.simulator
  const clock = options.clock ?? virtualClock()
  const bucket = options.bucket ?? memoryStore()
  const sophos = virtualSophos(clock, { ...options.simulator, latencyMs })
  const environment = {
    SOPHOS_SECRET_ARN: 'secret',
    DATA_BUCKET: 'data',
    SOPHOS_RATE_LIMITS: options.simulator.rateLimits,
    REFRESH_INTERVAL: refreshInterval,
    SOURCE: source,
    ...(options.bus && { EVENT_BUS_NAME: 'default' }),
    ...options.env,
  }
  const settings = readSettings(environment)
  let drawn = 0
  const chance = () => unit(hash(options.simulator.seed ?? 1, ++drawn), 3)
  const facts: [fact: string, details: Record<string, unknown>][] = []
  const note = (fact: string, details: Record<string, unknown>) => void facts.push([fact, details])

  /** Starts a run. `life` can end it at any time, as if its process were killed. */
  function start(
    run_: {
      trigger?: 'schedule' | 'manual'
      life?: Life
      remainingMs?: number
      store?: Store
      setBackMs?: number
    } = {},
  ): Promise<RunOutcome | LeaseTaken> {
    const {
      trigger = 'schedule',
      life = { over: false },
      remainingMs = 870_000,
      store = bucket,
      setBackMs = 0,
    } = run_
    const now = () => clock.now() - setBackMs
    const dead = new Promise<never>(() => undefined)
    const alive =
      <A extends unknown[], T>(act: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        if (life.over) return dead
        const result = await act(...args)
        return life.over ? dead : result
      }
    const slowly =
      <A extends unknown[], T>(act: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        if (options.storeLatencyMs) await clock.sleep(options.storeLatencyMs * chance())
        return act(...args)
      }
    const send: Transport = alive(through(sophos.send))
    const aliveStore = {
      read: alive(slowly(store.read)),
      etag: alive(slowly(store.etag)),
      write: alive(slowly(store.write)),
      list: alive(slowly(store.list)),
    }
    const log = { debug() {}, info: note, warn: note, error: note }
    const openBus = () => alive(options.bus ?? (() => Promise.reject(new Error('There is no bus.'))))
    return run(
      {
        settings,
        version: '0',
        trigger,
        clock: { now, sleep: alive(clock.sleep) },
        deadlines: planDeadlines(now(), remainingMs),
        random: options.random ?? Math.random,
        send,
        store: aliveStore,
        readCredentials: async () => ({ clientId, clientSecret }),
        log,
      },
      options.datasets ?? datasets,
      published =>
        announce(published, {
          ...{ environment, openBus, demo: settings.demo, installation: settings.installation },
          ...{ store: aliveStore, log },
        }),
    )
  }

  return {
    clock,
    settings,
    bucket,
    sophos,
    facts,
    start,
    /** Runs the collector once. */
    run: (how?: Parameters<typeof start>[0]) => clock.drive(start(how)),
    pass: (ms: number) => clock.drive(clock.sleep(ms)),
    rows: (): Record<string, string>[] => parse(bucket.text('detections.csv') ?? '', { columns: true }),
    status: (): unknown => JSON.parse(bucket.text('status.json') ?? 'null'),
  }
}
