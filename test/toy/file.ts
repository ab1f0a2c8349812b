import { readCsv } from '../../site/data/read-csv.ts'
import type { PolledFile } from '../../site/files.ts'

/** The toys on the page: the last figures, by tenant. */
export function toyFile(shown: Map<string, number>): PolledFile {
  return {
    address: 'toys.csv',
    validators: () => undefined,
    merge(state, answer) {
      if (answer.kind !== 'fresh') return state
      const [, ...rows] = readCsv(answer.text)?.rows ?? []
      for (const [id = '', toys] of rows) shown.set(id, Number(toys))
      return { ...state, updates: state.updates + 1 }
    },
  }
}
