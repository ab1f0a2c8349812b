import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detections } from '../../lambda/datasets/detections/detections.ts'
import { withMoves } from '../../lambda/fusion/guard/as-moved.ts'
import { publish } from '../../lambda/publish/publish.ts'
import { nothingKnown } from '../../lambda/state/state.ts'
import { writeState } from '../../lambda/state/stored-state.ts'
import type { Tenant } from '../../lambda/tenants/tenant.ts'
import { at, bySeverity, countsOf, tenantOf } from '../lambda/tenants.ts'
import { memoryStore } from '../memory-store.ts'
import { hostileNames } from '../spreadsheets/hostile.ts'
import { launchChromium } from './chromium.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

/** What a run publishes over these tenants, one of which moved to Sophos Fusion. */
async function publishedOf(tenants: readonly Tenant[], moved: string) {
  const store = memoryStore()
  const state = { ...nothingKnown, tenants }
  await writeState(store, 'default', state, null)
  await publish(
    {
      ...{ store, version: '0', datasets: [detections], now: () => at },
      settings: { source: 'default', demo: false, refreshIntervalMs: 900_000 },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      applyMoves: all => withMoves(all, new Map([[moved, at]]), { guard: true, counts: 'off' }),
    },
    state,
    { withRows: true },
  )
  return (file: string) => store.text(file) ?? ''
}

/** Opens a page that works as the community's does on one of the files, and does with it what a reader can do. */
async function openCommunityPage(published: (file: string) => string, file: string) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', error => errors.push(error.message))
  await page.route('**/*', async route => {
    const { pathname } = new URL(route.request().url())
    const name = pathname.slice(1)
    if (name.endsWith('.csv')) return route.fulfill({ body: published(name), contentType: 'text/csv' })
    const own = ['index.html', 'dashboard.js'].includes(name)
    if (!own) return route.fulfill({ status: 404 })
    const body = await readFile(new URL(`./community-page/${name}`, import.meta.url))
    return route.fulfill({ body, contentType: name.endsWith('.js') ? 'text/javascript' : 'text/html' })
  })
  await page.goto(`http://community.example/index.html?file=${encodeURIComponent(file)}`)
  await page.waitForFunction(() => document.getElementById('totals')?.textContent !== '')
  const seen = await page.evaluate(() => {
    const rows = [...document.querySelectorAll('tr')]
    const events = ['click', 'mouseover', 'focus', 'toggle']
    for (const one of document.querySelectorAll('tbody, tbody *'))
      for (const event of events) one.dispatchEvent(new Event(event))
    return {
      cells: rows.map(row => [...row.children].map(cell => cell.textContent)),
      tags: [...new Set([...document.querySelectorAll('tbody *')].map(({ localName }) => localName))].sort(),
      attributes: [...new Set(rows.flatMap(row => row.getAttributeNames()))].sort(),
      totals: document.getElementById('totals')?.textContent,
      chosen: Reflect.get(window, 'chosen'),
    }
  })
  // An image that cannot be loaded says so later.
  await page.waitForLoadState('networkidle')
  const ran: unknown = await page.evaluate(() => Reflect.get(window, 'ran') ?? 0)
  await context.close()
  return { ...seen, ran, errors }
}

const hostile = [
  '<img src=x onerror=window.ran=1>',
  '<script>window.ran=1</script><b>',
  '" onmouseover="window.ran=1',
  "' onmouseover='window.ran=1",
  "'=1 onmouseover=window.ran=1//",
  "');window.ran=1;('",
  '");window.ran=1;("',
  "\\');window.ran=1;//",
  '&#39;);window.ran=1;(&#39;',
  '&lt;img src=x onerror=window.ran=1&gt;',
  '","99","99","99","99","99","594","Nobody',
  'two\r\nlines',
  '\u202egnp.exe',
  ...hostileNames,
]
const tenants: Tenant[] = [
  ...hostile.map((name, i) => tenantOf(`id-${i}`, { name, counts: countsOf(bySeverity(1, 2, 3, 4, 5)) })),
  tenantOf('plain', { name: 'Größe & Söhne, AT&T', counts: countsOf(bySeverity(0, 0, 0, 0, 7)) }),
  tenantOf('unknown', { name: 'Unknown', status: 'failed', reason: '<b>no</b>' }),
  tenantOf('partly', { name: 'Partly', counts: { ...countsOf(bySeverity(9)), bySeverity: undefined } }),
  tenantOf('moved', { name: 'Moved', counts: countsOf(bySeverity(1_000)) }),
]

describe('a page that works as the community’s does', () => {
  it('shows community/detections.csv without a script running, with each row whole, and with the right totals', async () => {
    const published = await publishedOf(tenants, 'moved')
    const seen = await openCommunityPage(published, 'community/detections.csv')
    expect(seen.ran).toBe(0)
    expect(seen.errors).toEqual([])
    expect(seen.tags).toEqual(['td', 'tr'])
    expect(seen.attributes).toEqual(['data-name', 'onclick', 'title'])
    expect(seen.cells.map(cells => cells.slice(1))).toEqual([
      ...hostile.map(() => ['1', '2', '3', '4', '5', '15']),
      ['0', '0', '0', '0', '7', '7'],
    ])
    const n = hostile.length
    expect(seen.totals).toBe([n, 2 * n, 3 * n, 4 * n, 5 * n + 7, 15 * n + 7].join(' '))
    expect(seen.chosen).toHaveLength(n + 1)
    const names = seen.cells.map(([name]) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'Größe & Söhne, AT&T',
        '‹img src=x onerror=window.ran=1›',
        'two lines',
        'gnp.exe',
      ]),
    )
  })

  it('runs what names hold where they are written as they are, as these tests can see', async () => {
    const cells = (name: string, count = '1') => [name, ...Array(6).fill(count), name]
    const lines = [cells('ID'), ...hostile.map(name => cells(name)), cells('Unknown', '')].map(all =>
      all.map(cell => `"${cell.replaceAll('"', '""')}"`).join(','),
    )
    const seen = await openCommunityPage(() => `${lines.join('\r\n')}\r\n`, 'community/detections.csv')
    expect(seen.ran).toBe(1)
    expect(seen.tags).toContain('img')
    expect(seen.totals).toContain('NaN')
  })
})
