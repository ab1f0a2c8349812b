import { isClean } from '../run-result.ts'
import type { Breaches, Check } from './breach.ts'

/** Every number in status.json is what a reader of detections.csv counts. */
export const checkStatus =
  (breaches: Breaches): Check =>
  run => {
    if (!isClean(run)) return
    const { rows, status } = run.published
    const expect = (what: string, stated: unknown, counted: unknown) => {
      if (stated !== counted)
        breaches.report('status.json counts as the CSV', run.endedAt, `${what}: ${stated}, not ${counted}`)
    }
    if (!status) return expect('status.json', 'missing', 'there')
    const number = (text: string | undefined) => Number(text ?? 0)
    const withNews = rows.filter(row => number(row.New_Critical) + number(row.New_High) > 0)
    const sum = (column: string) => rows.reduce((total, row) => total + number(row[column]), 0)
    expect('tenants', status.tenants.total, rows.length)
    expect('new.tenants', status.new.tenants, withNews.length)
    expect('new.critical', status.new.critical, sum('New_Critical'))
    expect('new.high', status.new.high, sum('New_High'))
    expect('new.worst', status.new.worst.length, Math.min(200, withNews.length))
    for (const byStatus of [status.tenants.byStatus, ...status.datasets.map(dataset => dataset.byStatus)]) {
      for (const [name, stated] of Object.entries(byStatus))
        expect(`byStatus.${name}`, stated, rows.filter(({ Status }) => Status === name).length)
      expect(
        'sum of byStatus',
        Object.values(byStatus).reduce((a, b) => a + b, 0),
        rows.length,
      )
    }
    const [source] = status.sources
    const withMigration = (name: string) => rows.filter(({ Migration }) => Migration === name).length
    expect('migration.moved', source?.migration.moved, withMigration('moved'))
    expect('migration.notMoved', source?.migration.notMoved, withMigration('not_moved'))
    expect('migration.notChecked', source?.migration.notChecked, withMigration('not_checked'))
    if (source?.run.counts) {
      expect('run.counts.tenants', source.run.counts.tenants, rows.length)
      expect(
        'run.counts.moved',
        source.run.counts.moved,
        rows.filter(({ Status }) => Status === 'moved').length,
      )
    }
  }
