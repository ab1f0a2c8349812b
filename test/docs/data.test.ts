import { describe, expect, it } from 'vitest'
import { columns } from '../../lambda/datasets/detections/columns.ts'
import { findings } from '../../lambda/doctor/finding.ts'
import { methods, statuses } from '../../lambda/tenants/tenant.ts'
import { document, section, tableRows } from './documents.ts'

const severities = ['Critical', 'High', 'Medium', 'Low', 'Info']

/** The names in a cell; `A_Critical` … `A_Info` stands for one of each severity. */
function namesIn(cell: string): string[] {
  const inFull = cell.replace(/`(\w+)_Critical` … `\1_Info`/g, (_, name: string) =>
    severities.map(severity => `\`${name}_${severity}\``).join(', '),
  )
  return [...inFull.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

const rows = tableRows(section('docs/data.md', 'detections.csv'))
const names = rows.flatMap(([cell = '']) => namesIn(cell))

describe('the description of detections.csv', () => {
  it('has every column, in the order of the file, and every status', () => {
    expect(names).toEqual([...columns.map(([name]) => name), ...statuses])
  })

  it('has every way by which counts come', () => {
    const [, meaning = ''] = rows.find(([cell]) => cell === '`Method`') ?? []
    expect(namesIn(meaning)).toEqual([...methods])
  })
})

describe('the description of the doctor', () => {
  it('has every finding', () => {
    const described = tableRows(document('docs/doctor.md')).map(([cell = '']) => cell.replaceAll(' ', '_'))
    expect(described).toEqual(expect.arrayContaining([...findings]))
  })
})
