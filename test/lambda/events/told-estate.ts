import type { Announcement } from '../../../lambda/events/announcement.ts'
import { ok } from '../../../local/simulator/call.ts'
import { tenantOf } from '../../../local/simulator/central.ts'
import type { Route } from '../../../local/simulator/route.ts'
import { routes } from '../../../local/simulator/routes/list.ts'
import { memoryStore } from '../../memory-store.ts'
import { type VirtualClock, virtualClock } from '../../virtual-clock.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

type Severe = 'critical' | 'high'
type Detection = { readonly time: number; readonly severity: Severe }
/** What one event says of one tenant. */
export type Told = {
  readonly id: string
  readonly critical: number
  readonly high: number
  readonly since: string
}

export const idOf = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`

/**
 * An installation that announces, over tenants whose every detection the test decides, and whose counts lag behind as far as
 * it says. Each operation on the bucket or the bus can be made to fail.
 */
export function toldEstate(options: {
  tenants: number
  movedAt?: Readonly<Record<number, number>>
  env?: Record<string, string>
  refreshInterval?: string
  /** Goes on with the bucket, the clock and the detections of another. */
  from?: { clock: VirtualClock; memory: ReturnType<typeof memoryStore>; all: Map<string, Detection[]> }
}) {
  const clock = options.from?.clock ?? virtualClock()
  const detections = options.from?.all ?? new Map<string, Detection[]>()
  const control = {
    lagMs: 0,
    strike: (_operation: string): unknown => undefined,
    done: (_operation: string): void => undefined,
  }
  const events: Announcement[] = []
  const memory = options.from?.memory ?? memoryStore()

  const counts: Route = {
    name: 'counts',
    method: 'GET',
    path: '/detections/v1/queries/detections/counts',
    on: 'tenant',
    answer(call, central) {
      const { id } = tenantOf(central, call, { licence: true })
      const to = call.now - control.lagMs
      const seen = (detections.get(id) ?? []).filter(({ time }) => time >= to - dayMs && time < to)
      const hours = Map.groupBy(seen, ({ time }) => Math.floor(time / hourMs) * hourMs)
      const of = (hour: readonly Detection[], wanted: Severe) =>
        hour.filter(({ severity }) => severity === wanted).length
      return ok({
        to: new Date(to).toISOString(),
        tenant: { id },
        resolution: 'hour',
        resolutionDetectionCounts: [...hours].map(([startsAt, hour]) => ({
          startsAt: new Date(startsAt).toISOString(),
          totalCount: hour.length,
          countBySeverity: {
            ...{ critical: of(hour, 'critical'), high: of(hour, 'high'), medium: 0, low: 0, info: 0 },
          },
        })),
      })
    },
  }
  const struck =
    <A extends [string, ...unknown[]], T>(name: string, act: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await control.strike(`${name} ${args[0]}`)
      const result = await act(...args)
      control.done(`${name} ${args[0]}`)
      return result
    }
  const bucket = {
    ...memory,
    read: struck('read', memory.read),
    etag: struck('etag', memory.etag),
    write: struck('write', memory.write),
    list: struck('list', memory.list),
  }
  const tenants = Array.from({ length: options.tenants }, (_, number) => {
    const movedAt = options.movedAt?.[number]
    return {
      ...{ id: idOf(number), name: `Tenant ${number}`, access: 'ok' as const },
      ...(movedAt && { movedAt }),
    }
  })
  const installation = virtualInstallation({
    simulator: {
      ...{ tenants, rateLimits: '100/s' },
      routes: routes.map(route => (route.name === 'counts' ? counts : route)),
    },
    clock,
    bucket,
    ...(options.env && { env: options.env }),
    ...(options.refreshInterval && { refreshInterval: options.refreshInterval }),
    bus: async event => {
      await control.strike(`send ${event.detailType}`)
      events.push(event)
      control.done(`send ${event.detailType}`)
    },
  })

  return {
    ...installation,
    memory,
    all: detections,
    control,
    events,
    /** A detection that Sophos knows of at once. */
    detect(number: number, severity: Severe, time = clock.now() - 1): void {
      const id = idOf(number)
      detections.set(id, [...(detections.get(id) ?? []), { time, severity }])
    },
    detections: (number: number): readonly Detection[] => detections.get(idOf(number)) ?? [],
    /** Runs the collector once; what it throws is no matter here. */
    async runOnce(how?: Parameters<typeof installation.run>[0]): Promise<void> {
      await installation.run(how).catch(() => undefined)
    },
    /** What the events said of tenants' news. */
    told: (): Told[] =>
      events.flatMap(({ detailType, detail }) =>
        detailType === 'New detections' ? (detail as unknown as { worst: Told[] }).worst : [],
      ),
    types: () => events.map(({ detailType }) => detailType),
  }
}
