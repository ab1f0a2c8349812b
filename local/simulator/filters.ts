import { type Detection, detectionTypes } from './detections.ts'
import { pick } from './hash.ts'

/** Limits a query to some detections. A missing field means no limit. */
export type Filters = {
  readonly ids?: readonly string[] | undefined
  /** The API's severity numbers, 0 to 10. */
  readonly severity?: readonly number[] | undefined
  readonly type?: readonly string[] | undefined
  readonly detectionRule?: string | undefined
}

/** Filters of the API that the simulator does not support. */
export const notModelled = [
  'category',
  'source',
  'deviceNameContains',
  'entityType',
  'location',
  'mitreAttackTactics',
  'mitreAttack',
  'operatingSystem',
  'operatingSystemName',
  'username',
] as const

export const typeNames: readonly string[] = detectionTypes

export function detectionId(detection: Detection): string {
  return `d${detection.time.toString(36)}_${detection.key.toString(36)}`
}

export function detectionRule(detection: Detection): string {
  const rules = {
    process: ['WIN-EXE-PRC-ENCODED-SHELL-1', 'WIN-PER-PRC-NEW-SERVICE-2', 'LNX-EXE-PRC-REVERSE-SHELL-1'],
    threat: ['WIN-PROT-BEHAVIORAL-MALWARE', 'WIN-PROT-VDL-TROJAN', 'MAC-PROT-VDL-ADWARE'],
    vulnerability: ['NET-VULN-OUTDATED-TLS-1', 'WIN-VULN-UNPATCHED-SPOOLER'],
  } as const
  return pick(rules[detection.type], detection.key, 11)
}

export function* filtered(detections: Iterable<Detection>, filters: Filters): Generator<Detection> {
  for (const detection of detections) {
    if (filters.severity && !filters.severity.includes(detection.level)) continue
    if (filters.type && !filters.type.includes(detection.type)) continue
    if (filters.detectionRule !== undefined && filters.detectionRule !== detectionRule(detection)) continue
    if (filters.ids && !filters.ids.includes(detectionId(detection))) continue
    yield detection
  }
}
