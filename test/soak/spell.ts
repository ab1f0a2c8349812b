import type { Fault } from '../../local/simulator/faults.ts'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
/** How often a run is scheduled. */
export const intervalMs = 15 * minuteMs

/** How the bucket fails. */
export type StoreTrouble = 'reads fail' | 'writes fail' | 'answers lost' | 'slow'

/** One spell of bad weather. Times in ms since the epoch. */
export type Spell = {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Whom it holds up, since calls fail or are wasted: all tenants, those of one region, those named, or none. */
  readonly holdsUp:
    | 'all'
    | 'counts'
    | 'none'
    | { readonly region: string }
    | { readonly ids: readonly string[] }
  readonly faults: readonly Fault[]
  readonly store?: StoreTrouble | undefined
  /** The figures are this much behind. */
  readonly lagMs?: number | undefined
  readonly isBusDown?: boolean | undefined
}
