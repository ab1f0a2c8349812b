import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { accessReport } from '../site/access-report.ts'
import { violations } from './axe.ts'
import { makeEstate, makeSettings, makeStatus, type Row, toCsv } from './estate.ts'
import { built, openInTest, servePageToTests, server } from './page-tests.ts'
import { answersAreIn, jumpAhead, nextPoll, passTime } from './page-time.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 22, 14, 5, 0)
const hoursOf = (count: number) => [...Array(23).fill(0), count].join(' ')

function tenant(id: string, name: string, counts: readonly number[], more: Partial<Row> = {}): Row {
  const total = counts.reduce((a, b) => a + b, 0)
  const hours = counts.map(hoursOf)
  return { id, name, counts, total, collectedAt: now - 2 * minute, hourly: hoursOf(total), hours, ...more }
}
const alpine = tenant('a', 'Alpine Bakery', [2, 0, 0, 0, 0], { news: [1, 0, 0, 0, 0], region: 'us01' })
const blue = tenant('b', 'Blue Clinic', [0, 9, 0, 0, 0], { news: [0, 0, 0, 0, 0] })
const cold = tenant('c', 'Cold Foundry', [0, 0, 10, 100, 0], { news: [0, 0, 0, 0, 0] })

servePageToTests()

function serve(rows: readonly Row[], settings?: string) {
  server.files.set('detections.csv', { text: toCsv(rows) })
  server.files.set('status.json', { text: makeStatus(rows, now - 2 * minute), type: 'application/json' })
  if (settings) server.files.set('settings.json', { text: settings, type: 'application/json' })
}

async function open(options: Partial<Parameters<typeof openInTest>[0]> = {}): Promise<Page> {
  const shown = await openInTest({ browserTime: now, ...options })
  await shown.page.waitForSelector('.toolbar')
  return shown.page
}

async function nextData(page: Page, rows: readonly Row[]) {
  serve(rows)
  await nextPoll(page, server)
  await page.waitForFunction(() => document.querySelector('p[role=status]')?.textContent !== '')
}

const names = (page: Page) =>
  page.locator('.tenant .name bdi').evaluateAll(all => all.map(cell => cell.textContent))

describe('what the table shows, by the address', () => {
  it('filters while the user types, and keeps the filter after new data and a reload', async () => {
    serve([alpine, blue, cold])
    const page = await open()
    await page.keyboard.press('/')
    await page.keyboard.type('BLUE')
    expect(await names(page)).toEqual(['Blue Clinic'])
    expect(new URL(page.url()).search).toBe('?q=BLUE')
    await nextData(page, [alpine, { ...blue, total: 10 }, cold])
    expect(await names(page)).toEqual(['Blue Clinic'])
    await page.reload()
    await page.waitForSelector('.chip')
    expect(await names(page)).toEqual(['Blue Clinic'])
    await page.getByRole('button', { name: 'Clear all' }).click()
    expect(await names(page)).toHaveLength(3)
    expect(new URL(page.url()).search).toBe('')
  })

  it('sorts as numbers, largest first, and says so', async () => {
    serve([alpine, blue, cold])
    const page = await open()
    const low = page.getByRole('columnheader', { name: 'Low' })
    await low.getByRole('button').click()
    expect(await low.getAttribute('aria-sort')).toBe('descending')
    expect((await names(page))[0]).toBe('Cold Foundry')
    await page.getByRole('columnheader', { name: 'Total' }).getByRole('button').click()
    expect(await names(page)).toEqual(['Cold Foundry', 'Blue Clinic', 'Alpine Bakery'])
    await page.getByRole('columnheader', { name: 'Total' }).getByRole('button').click()
    expect(await names(page)).toEqual(['Alpine Bakery', 'Blue Clinic', 'Cold Foundry'])
  })

  it('filters by the tiles, by new detections, and by region', async () => {
    serve([alpine, blue, cold])
    const page = await open()
    await page.locator('button.tile.high').click()
    expect(await names(page)).toEqual(['Blue Clinic'])
    await page.locator('button.tile.high').click()
    await page.getByRole('button', { name: 'Only new' }).click()
    expect(await names(page)).toEqual(['Alpine Bakery'])
    await page.goto(`${server.address}?region=us01`)
    await page.waitForSelector('.chip')
    expect(await names(page)).toEqual(['Alpine Bakery'])
  })
})

describe('what the reader has seen', () => {
  it('counts new detections since the first look, until the user marks all as seen', async () => {
    serve([alpine, blue])
    const page = await open()
    const unseen = () => page.locator('.tenant .unseen').allInnerTexts()
    expect(await unseen()).toEqual(['0', '0'])
    const later = { ...tenant('b', 'Blue Clinic', [0, 12, 0, 0, 0]), collectedAt: now - minute }
    await nextData(page, [alpine, later])
    expect(await unseen()).toEqual(['0', '3'])
    await page.getByRole('button', { name: 'Mark all seen (1)' }).click()
    expect(await unseen()).toEqual(['0', '0'])
    await page.reload()
    await page.waitForSelector('.tenant')
    expect(await unseen()).toEqual(['0', '0'])
  })
})

describe('a row', () => {
  it('opens to show its hours, its reason and its link, and Back closes it', async () => {
    const remarked: Row = { ...blue, reason: 'A remark.', migration: 'not_checked' }
    serve([alpine, remarked], makeSettings([], { muted: [] }))
    const page = await open()
    await page.getByRole('button', { name: 'Blue Clinic' }).click()
    await page.waitForSelector('.row-details')
    expect(await page.getByRole('link', { name: 'Open in Sophos Central' }).getAttribute('href')).toBe(
      'https://central.sophos.com/manage/eu01/b',
    )
    expect(await page.locator('.why').innerText()).toBe('A remark.')
    expect(await page.locator('.hours tr.high td').allInnerTexts()).toEqual(hoursOf(9).split(' '))
    expect(await page.locator('.facts').innerText()).toContain('Not checked')
    await page.goBack()
    await page.waitForSelector('.row-details', { state: 'detached' })
  })

  it('closes on Esc from inside it, and gets the focus back', async () => {
    serve([alpine, blue], makeSettings([], { muted: [] }))
    const page = await open()
    await page.getByRole('button', { name: 'Blue Clinic' }).click()
    await page.getByRole('link', { name: 'Open in Sophos Central' }).focus()
    await page.keyboard.press('Escape')
    await page.waitForSelector('.row-details', { state: 'detached' })
    await page.waitForSelector('.tenant[data-key=b] .open:focus')
  })

  it.each([
    ['on a phone', 390, 1],
    ['at 200 % of 1280 px', 640, 2],
  ])('is open without sideways scrolling, %s', async (_, width, deviceScaleFactor) => {
    const long = { ...blue, name: 'L'.repeat(300), reason: 'https://example.com/'.padEnd(400, 'x') }
    serve([alpine, long], makeSettings([], { muted: [] }))
    const page = await open({ viewport: { width, height: 512 }, deviceScaleFactor, query: '?tenant=b' })
    await page.waitForSelector('.hours')
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.waitForSelector('.filter-panel')
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0)
  })

  it('shows its history, with a break at each gap', async () => {
    const line = (at: string, high: number) => `b,${at},0,${high},0,0,0,${high},counts\n`
    const day = `ID,Collected_At,Critical,High,Medium,Low,Info,Total,Method\n${line('2026-11-22 00:10', 3)}${line('2026-11-22 00:25', 4)}${line('2026-11-22 13:55', 9)}`
    server.files.set('history/source=default/2026-11-22.csv.gz', {
      text: gzipSync(day),
      type: 'application/gzip',
    })
    serve([alpine, blue])
    const page = await open()
    await page.getByRole('button', { name: 'Blue Clinic' }).click()
    await page.waitForSelector('.past-lines')
    const path = await page.locator('.past-lines .all').getAttribute('d')
    expect(path?.match(/[ML]/g)).toEqual(['M', 'L', 'M'])
  })
})

describe('what is muted, grouped and moved', () => {
  it('counts muted tenants apart, and marks them as muted', async () => {
    const muted = [{ tenant: 'Alpine Bakery', until: '2026-11-22', why: 'a test' }]
    serve([alpine, blue], makeSettings([alpine, blue], { muted }))
    const page = await open()
    expect(await page.locator('.tile.critical .figure').innerText()).toBe('0')
    expect(await page.locator('.tenant.muted .status').innerText()).toContain('Muted')
    await page.getByRole('button', { name: '1 muted, not counted' }).click()
    expect(await names(page)).toEqual(['Blue Clinic'])
  })

  it('adds up the groups, each a filter button', async () => {
    serve([alpine, blue, cold], makeSettings([alpine, blue, cold], { muted: [] }))
    const page = await open({ viewport: { width: 1920, height: 1080 } })
    await page.waitForSelector('.groups')
    expect(await page.locator('.groups tbody tr .total').allInnerTexts()).toEqual(['2', '9', '110'])
    await page.getByRole('button', { name: 'Public sector' }).click()
    expect(await names(page)).toEqual(['Blue Clinic'])
  })

  it('names moved tenants before the table, with the reason, and leaves them out of the totals', async () => {
    serve([alpine, { ...blue, status: 'moved', reason: 'Moved to Fusion.' }])
    const page = await open()
    await page.waitForSelector('.moved')
    expect(await page.locator('.moved').innerText()).toMatch(
      /1 tenant moved.*not included in the totals.*Moved to Fusion/s,
    )
    expect(await page.locator('.tile.high .figure').innerText()).toBe('0')
  })
})

describe('while data changes', () => {
  it('keeps focus, order and scroll position while the user works in the table', async () => {
    const rows = makeEstate(300, { now, failing: 0 })
    serve(rows)
    const page = await open()
    await page.locator('.open').nth(2).focus()
    for (let i = 0; i < 60; i++) await page.keyboard.press('j')
    const place = () =>
      page.evaluate(() => {
        const row = document.activeElement?.closest<HTMLElement>('.tenant')
        return { key: row?.dataset.key, top: Math.round(row?.getBoundingClientRect().top ?? -1) }
      })
    const before = await place()
    const order = await names(page)
    await nextData(page, [...rows].reverse())
    expect(await place()).toEqual(before)
    expect(await names(page)).toEqual(order)
    await page.getByRole('button', { name: /sort again/ }).click()
    expect(await names(page)).not.toEqual(order)
  })

  it('has only a few rows in the document, however many tenants there are, and reaches the last by a key', async () => {
    serve(makeEstate(2_500, { now, failing: 0 }))
    const page = await open()
    expect(await page.locator('.tenant').count()).toBeLessThan(60)
    expect(await page.locator('table').getAttribute('aria-rowcount')).toBe('2501')
    await page.locator('.open').first().focus()
    await page.keyboard.press('End')
    await page.waitForSelector('.tenant[aria-rowindex="2501"] .open:focus')
  })
})

describe('the rest of the dashboard', () => {
  it('has no single key outside the table after the user turns them off, even after a reload', async () => {
    serve([alpine, blue])
    const page = await open()
    const settle = () => page.clock.runFor(200) // Effects wait for a frame of the page's clock.
    await settle()
    await page.keyboard.press('?')
    await settle()
    await page.waitForSelector('dialog', { state: 'attached' })
    await settle()
    await page.getByRole('checkbox', { name: /^The keys/ }).uncheck()
    await page.keyboard.press('Escape')
    await page.reload()
    await page.waitForSelector('.toolbar')
    await settle()
    await page.keyboard.press('?')
    await page.keyboard.press('/')
    await page.keyboard.press('j')
    await settle()
    expect(await page.locator('dialog').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY')
    await page.locator('.open').first().focus()
    await page.keyboard.press('j')
    await page.waitForSelector('.tenant[data-key=b] .open:focus')
  })

  it('downloads the rows shown, in their order', async () => {
    serve([alpine, blue, { ...cold, name: '007' }])
    const page = await open()
    await page.goto(`${server.address}?severity=high&severity=medium&sort=-name`)
    await page.waitForSelector('.chip')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    const file = await readFile(await download.path(), 'utf8')
    expect(file).toMatch(/^\uFEFF"ID",/)
    const [, ...rows]: string[][] = parse(file, { bom: true })
    expect(rows.map(cells => cells[7])).toEqual(['Blue Clinic', "'007"])
  })

  it('shows the access report, or how to create one', async () => {
    serve([alpine])
    const page = await open()
    await page.getByRole('link', { name: 'Access' }).click()
    await page.waitForSelector('text=No access report')
    await answersAreIn(page)
    server.files.set('access-report.json', { text: JSON.stringify(accessReport), type: 'application/json' })
    await jumpAhead(page, 10 * minute)
    await passTime(page, 1_000)
    await page.waitForSelector('.access')
    const rows = () => page.locator('.access tbody tr').allInnerTexts()
    expect(await rows()).toEqual(['Detection counts\t2\t1\t0', 'Alerts\t2\t0\t1'])
    const text = await page.locator('.access').innerText()
    expect(text).toContain('1 problem to fix')
    expect(text).toContain('Give the tenant a licence, or leave it as it is. (1 tenant)')
    expect(text).toContain('No token: the credential is unknown (401).')

    server.files.set('access-report.json', { status: 503 })
    await jumpAhead(page, 10 * minute)
    await passTime(page, 1_000)
    await page.waitForSelector('.access >> text=the server answered 503')
    expect(await rows()).toHaveLength(2)
    await page.getByRole('link', { name: 'Detections' }).click()
    await page.waitForSelector('.tenant')
    await page.getByRole('link', { name: 'Access' }).click()
    await page.waitForSelector('.access')
    expect(await rows()).toHaveLength(2)
  })

  it.each([
    ['de-DE', 'de', 'Mandanten'],
    ['ja-JP', 'ja', 'テナント'],
  ])('uses the language of a browser in %s', async (locale, language, word) => {
    serve([alpine])
    const page = await open({ locale })
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    expect(await page.locator('.tenants-tile').innerText()).toContain(word)
  })

  it.each(['light', 'dark'] as const)(
    'has no axe violation with everything open, in %s',
    async colorScheme => {
      const rows = makeEstate(40, { now, failing: 0.2, moved: 2 })
      serve(rows, makeSettings(rows))
      const page = await open({ colorScheme, viewport: { width: 1600, height: 1200 } })
      await page.getByRole('button', { name: 'Filters' }).click()
      await page.locator('.check input').first().check()
      await page.locator('.tenant .open').first().click()
      await page.waitForSelector('.row-details')
      await page.waitForSelector('.filter-panel')
      expect(await violations(page)).toEqual([])
    },
  )

  it('is at most 30 KB for the first table, gzipped, HTML, CSS and JavaScript together', async () => {
    const html = await readFile(`${built.folder}/index.html`, 'utf8')
    const asked = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
      ([, path]) => path,
    )
    const files = await Promise.all(asked.map(path => readFile(`${built.folder}/${path}`)))
    const size = [Buffer.from(html), ...files].reduce(
      (sum, file) => sum + gzipSync(file, { level: 9 }).length,
      0,
    )
    expect(size).toBeLessThanOrEqual(30 * 1024)
  })
})
