import type { Dataset } from '../asking/dataset.ts'
import { detections } from './detections/detections.ts'

/** Everything that is asked of a tenant, the most important first. */
export const datasets: readonly [Dataset, ...Dataset[]] = [detections]
