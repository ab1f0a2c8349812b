import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detections } from '../../lambda/datasets/detections/detections.ts'
import { toCsv } from '../../lambda/publish/csv.ts'
import { parseDetections } from '../../site/data/parse-detections.ts'
import { languages } from '../../site/text/language.ts'
import { monthNames } from '../../site/triage/converted.ts'
import { toCsv as toDownload } from '../../site/triage/download.ts'
import { bySeverity, countsOf, rowOf } from '../lambda/tenants.ts'
import { beginsFormula, hostileNames } from './hostile.ts'

const run = promisify(execFile)
const isInstalled = spawnSync('soffice', ['--version']).status === 0

const convertible = ['007', '1e5', '2026-01-02', '00123456789012345', 'May 5', '10:30', 'TRUE', '5%']
const names = [...hostileNames, ...convertible]
const counts = countsOf(bySeverity(1))
const published = toCsv(
  detections.columns,
  names.map((name, i) => rowOf(`id-${i}`, { name, counts })),
)

function downloadOf(all: readonly string[]): string {
  const file = ['"ID","Name"', ...all.map((name, i) => `"id-${i}","${name}"`), ''].join('\r\n')
  const parsed = parseDetections(file)
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return `\uFEFF${toDownload(file, parsed.tenants, monthNames(languages))}`
}

describe.skipIf(!isInstalled)(`LibreOffice${isInstalled ? '' : ', which is not installed here'}`, () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'libreoffice-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Opens files split at a separator, all in one start of some seconds. Returns each file's rows of cells, as XML. */
  async function open(files: readonly (Uint8Array | string)[], separator: string): Promise<string[][][]> {
    const paths = files.map((_, i) => join(folder, `${i}.csv`))
    await Promise.all(paths.map((path, i) => writeFile(path, files[i] ?? '')))
    // UTF-8, English (USA), quoted cells are what they look like, special numbers are found.
    const filter = `CSV:${separator.charCodeAt(0)},34,76,1,,1033,false,true,false`
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`
    const convert = ['--convert-to', 'fods', `--infilter=${filter}`, '--outdir', folder]
    await run('soffice', ['--headless', profile, ...convert, ...paths])
    const results = await Promise.all(files.map((_, i) => readFile(join(folder, `${i}.fods`), 'utf8')))
    return results.map(result =>
      result
        .split('<table:table-row')
        .slice(1)
        .map(row => row.match(/<table:table-cell.*?(?=<table:table-cell|<\/table:table-row)/gs) ?? []),
    )
  }
  const textOf = (cell: string) =>
    (/<text:p>(.*?)<\/text:p>/s.exec(cell)?.[1] ?? '').replaceAll('&apos;', "'")
  const isFormula = (cell: string) => cell.includes('table:formula') || beginsFormula.test(textOf(cell))

  it('runs no formula in detections.csv where cells are split at the semicolon, and one that is not made safe', async () => {
    const [safe = [], unsafe = []] = await open([published, 'ID,Name\r\na,x;=1+1;y\r\n'], ';')
    expect(safe.length).toBeGreaterThan(names.length)
    expect(safe.flat().filter(isFormula)).toEqual([])
    expect(unsafe.flat().filter(isFormula)).toHaveLength(1)
  })

  it('runs none where cells are split at the tab', async () => {
    const [safe = []] = await open([published], '\t')
    expect(safe.flat().filter(isFormula)).toEqual([])
  })

  it('runs none where cells are split at the comma, and keeps every name of the download as text', async () => {
    const [safe = [], kept = [], converted = []] = await open(
      [
        published,
        downloadOf(convertible),
        `ID,Name\r\n${convertible.map(name => `a,"${name}"\r\n`).join('')}`,
      ],
      ',',
    )
    expect(safe.flat().filter(isFormula)).toEqual([])
    const namesIn = (rows: string[][]) => rows.slice(1, 1 + convertible.length).map(([, cell = '']) => cell)
    expect(namesIn(kept).map(textOf)).toEqual(convertible.map(name => `'${name}`))
    const isText = (cell: string) => cell.includes('office:value-type="string"')
    expect(namesIn(kept).filter(isText)).toHaveLength(convertible.length)
    expect(namesIn(converted).filter(isText)).toEqual([])
  })
})
