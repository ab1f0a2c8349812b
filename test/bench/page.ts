import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { buildPage } from '../browser/built-page.ts'
import { launchChromium } from '../browser/chromium.ts'
import { type PageServer, servePage } from '../browser/page-server.ts'
import { makeRows, toFile, touchOnePercent } from './page-data.ts'

export type PageFigures = {
  /** Gzipped HTML, CSS and JavaScript in index.html. */
  weightKib: number
  /** All files of the page that a normal open loads, including those after the first table; gzipped. */
  loadedKib: number
  estates: readonly EstateFigures[]
}

type EstateFigures = {
  tenants: number
  csvKib: number
  /** From the last byte of detections.csv to the first frame with the table. Like all of these, a median. */
  firstTableMs: number
  /** CPU time of the page's main thread for an update of 1 % of the rows, from the answer to the last frame. */
  updateMs: number
}

const firstTables = 5
const updates = 5
/** The page does not poll again within 5 s. */
const untilNextPollMs = 5_100
/** Long enough to render an update of 10,000 rows and to finish the page's idle work. */
const updateMs = 1_500

/** Measures the built page and the community dashboard in the same browser with the same data. */
export async function measurePages(
  sizes: readonly number[],
): Promise<{ ours: PageFigures; community: PageFigures }> {
  const built = await buildPage()
  const folder = await communityPage()
  const browser = await launchChromium()
  try {
    return {
      ours: await measurePage(browser, built.folder, sizes),
      community: await measurePage(browser, folder, sizes),
    }
  } finally {
    await browser.close()
    await built.remove()
    await rm(folder, { recursive: true })
  }
}

/** The page of `community-page/` with its libraries. */
async function communityPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'community-page-'))
  await cp(fileURLToPath(new URL('community-page', import.meta.url)), folder, { recursive: true })
  const libraries = {
    'jquery.min.js': import.meta.resolve('jquery/dist/jquery.min.js'),
    'papaparse.min.js': import.meta.resolve('papaparse/papaparse.min.js'),
  }
  for (const [name, address] of Object.entries(libraries)) {
    await copyFile(fileURLToPath(address), join(folder, name))
  }
  return folder
}

async function measurePage(browser: Browser, folder: string, sizes: readonly number[]): Promise<PageFigures> {
  const server = await servePage(folder)
  try {
    const estates: EstateFigures[] = []
    for (const tenants of sizes) estates.push(await measureEstate(browser, server, tenants))
    return { weightKib: await weigh(folder), loadedKib: await weighLoaded(browser, server, folder), estates }
  } finally {
    await server.close()
  }
}

async function weigh(folder: string): Promise<number> {
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const named = html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)
  const files = [...new Set([...named].map(([, name = '']) => name))]
  return gzippedKib(folder, ['index.html', ...files])
}

async function weighLoaded(browser: Browser, server: PageServer, folder: string): Promise<number> {
  server.requests.length = 0
  const page = await open(browser, server)
  await firstTableAfterCsv(page)
  await page.waitForLoadState('networkidle')
  await page.context().close()
  const names = server.requests
    .filter(({ status }) => status === 200)
    .map(({ path }) => new URL(path, 'http://page').pathname.slice(1) || 'index.html')
  return gzippedKib(
    folder,
    [...new Set(names)].filter(name => /\.(html|js|css|svg)$/.test(name)),
  )
}

async function gzippedKib(folder: string, names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    names.map(async name => gzipSync(await readFile(join(folder, name)), { level: 9 }).length),
  )
  return sizes.reduce((sum, size) => sum + size, 0) / 1_024
}

async function measureEstate(browser: Browser, server: PageServer, tenants: number): Promise<EstateFigures> {
  let rows = makeRows(tenants, Date.now())
  const file = toFile(rows)
  server.files.set('detections.csv', { text: file })
  const firstTimes: number[] = []
  for (let i = 0; i < firstTables; i++) {
    const page = await open(browser, server)
    firstTimes.push(await firstTableAfterCsv(page))
    await page.context().close()
  }

  const page = await open(browser, server)
  await firstTableAfterCsv(page)
  const session = await page.context().newCDPSession(page)
  // CPU time of the thread, so other programs on the machine do not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const updateTimes: number[] = []
  for (let i = 0; i < updates; i++) {
    await page.waitForTimeout(untilNextPollMs - updateMs)
    const idle = await mainThreadTime(session, page, updateMs)
    rows = touchOnePercent(rows)
    server.files.set('detections.csv', { text: toFile(rows) })
    const asked = server.requests.length
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    const busy = await mainThreadTime(session, page, updateMs)
    const answered = server.requests
      .slice(asked)
      .some(({ path, status }) => path.includes('detections.csv') && status === 200)
    if (!answered) throw new Error('The page did not request the update.')
    updateTimes.push(busy - idle)
  }
  await page.context().close()
  return {
    tenants,
    csvKib: file.length / 1_024,
    firstTableMs: median(firstTimes),
    updateMs: median(updateTimes),
  }
}

/** Opens the page at a normal size, with a mark at its first rendered row. */
async function open(browser: Browser, server: PageServer): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelectorAll('tbody tr').length < 10) return
      observer.disconnect()
      // The browser renders the rows after this callback, so the next task runs when they are visible.
      requestAnimationFrame(() => setTimeout(() => performance.mark('table')))
    })
    observer.observe(document, { childList: true, subtree: true })
  })
  await page.goto(server.address)
  return page
}

async function firstTableAfterCsv(page: Page): Promise<number> {
  const times = await page.waitForFunction(() => {
    const [table] = performance.getEntriesByName('table')
    const csv = performance.getEntriesByType('resource').find(entry => entry.name.includes('detections.csv'))
    return (
      table && csv instanceof PerformanceResourceTiming && { table: table.startTime, csv: csv.responseEnd }
    )
  })
  const found = await times.jsonValue()
  if (!found) throw new Error('The page rendered no table.')
  return found.table - found.csv
}

/** Returns the CPU time of the page's main thread during `forMs`, in ms. */
async function mainThreadTime(session: CDPSession, page: Page, forMs: number): Promise<number> {
  const before = await taskSeconds(session)
  await page.waitForTimeout(forMs)
  return (await taskSeconds(session)) * 1_000 - before * 1_000
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await measurePages([2_500, 10_000]), undefined, 2)}\n`)
}
