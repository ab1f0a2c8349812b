import { type Figures, severities } from '../figures.ts'
import type { PublishedRow } from '../published.ts'

export const iso = (ms: number): string => new Date(ms).toISOString()

export const columnOf = (prefix: string, severity: string): string =>
  `${prefix}_${severity.charAt(0).toUpperCase()}${severity.slice(1)}`

const cell = (value: number | undefined): string => (value === undefined ? '' : String(value))

/** What in a row is not as in the answer. */
export function mismatch(row: PublishedRow, { total, bySeverity, method }: Figures): string | undefined {
  const cells: [column: string, value: string][] = [
    ['Detections_Total', cell(total)],
    ['Method', method],
    ...severities.map((name): [string, string] => [columnOf('Detections', name), cell(bySeverity?.[name])]),
  ]
  const wrong = cells.find(([column, value]) => row[column] !== value)
  if (wrong) return `${wrong[0]} is "${row[wrong[0]]}", the answer's "${wrong[1]}"`
  const sums: [column: string, sum: number | undefined][] = [
    ['Hourly', total],
    ...severities.map((name): [string, number | undefined] => [columnOf('Hourly', name), bySeverity?.[name]]),
  ]
  for (const [column, sum] of sums) {
    const text = row[column] ?? ''
    const hours = text.split(' ').map(Number)
    const isRight =
      sum === undefined ? text === '' : hours.length === 24 && hours.reduce((a, b) => a + b, 0) === sum
    if (!isRight) return `${column} "${text}" does not add up to ${sum}`
  }
  return undefined
}

/** The columns that are empty in a row without figures. */
export const figureColumns = [
  'Detections_Total',
  'Hourly',
  'New_Total',
  ...severities.flatMap(name => [columnOf('Detections', name), columnOf('New', name)]),
]
