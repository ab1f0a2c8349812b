import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { makeEstate, makeStatus, type Row, toCsv } from './estate.ts'
import { opened, openInTest, servePageToTests, server } from './page-tests.ts'

const second = 1000
const minute = 60 * second
const now = Date.UTC(2026, 10, 22, 14, 5, 0)
const estate = makeEstate(250, { now: now - 2 * minute, failing: 0.1 })

const isCalm = ({ status, counts: [critical, high], news = [] }: Row) =>
  status === 'ok' && critical === 0 && high === 0 && news.every(count => count === 0)

servePageToTests(now)

function serve(rows: readonly Row[], run: object = {}, more: object = {}) {
  server.files.set('detections.csv', { text: toCsv(rows) })
  server.files.set('status.json', {
    text: makeStatus(rows, now - 2 * minute, more, run),
    type: 'application/json',
  })
}

async function open(options: Partial<Parameters<typeof openInTest>[0]> = {}): Promise<Page> {
  const shown = await openInTest({
    browserTime: now,
    viewport: { width: 1920, height: 1080 },
    query: '?view=wall',
    until: '.wall-row',
    ...options,
  })
  server.requests.length = 0
  return shown.page
}

async function texts(page: Page, selector: string): Promise<string[]> {
  return (await page.locator(selector).allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim())
}

/** Time goes by, in the browser and at its server. In steps, since each answer tells the page the time. */
async function pass(page: Page, ms: number) {
  for (let left = ms; left > 0; left -= 5 * second) {
    const step = Math.min(left, 5 * second)
    server.clock.date = (server.clock.date ?? now) + step
    await page.clock.runFor(step)
  }
}

const names = (page: Page) => texts(page, '.wall-row .name')

/** How far anything of the wall reaches beyond the screen, and whether a row is cut. */
function overflow(page: Page) {
  return page.evaluate(() => {
    const root = document.documentElement
    const area = document.querySelector('.wall-area')?.getBoundingClientRect()
    const rows = [...document.querySelectorAll('.wall-row')].map(row => row.getBoundingClientRect().bottom)
    const footer = document.querySelector('.wall-footer')?.getBoundingClientRect()
    return {
      down: root.scrollHeight - root.clientHeight,
      across: root.scrollWidth - root.clientWidth,
      cutRows: rows.filter(bottom => bottom > (area?.bottom ?? 0) + 1).length,
      footerIsOnScreen: (footer?.bottom ?? Number.POSITIVE_INFINITY) <= root.clientHeight,
    }
  })
}

describe('the wall', () => {
  it.each([
    [1920, 1080],
    [1280, 800],
    [3840, 2160],
    [390, 844],
    [1080, 1920],
    [2560, 1080],
  ])(
    'fits a screen of %d by %d without scrolling, with long names and large numbers',
    async (width, height) => {
      const [worst, ...rest] = estate
      const large = { counts: [12_345, 123_456, 1_234_567, 9, 9], total: 1_370_386, name: 'Ü'.repeat(200) }
      serve(worst ? [{ ...worst, ...large }, ...rest] : [], {
        result: 'failed',
        message: 'No token. '.repeat(40),
      })
      const page = await open({ viewport: { width, height } })
      expect(await overflow(page)).toEqual({ down: 0, across: 0, cutRows: 0, footerIsOnScreen: true })
      expect((await names(page)).length).toBeGreaterThan(6)
    },
  )

  it('can be read from five metres: a row is at least a twentieth of the screen high', async () => {
    serve(estate)
    const page = await open()
    const row = await page.locator('.wall-row').first().boundingBox()
    expect((row?.height ?? 0) / 1080).toBeGreaterThan(0.05)
    const sizes = await page
      .locator('.wall-row .name')
      .evaluateAll(cells => cells.map(cell => getComputedStyle(cell).fontSize))
    expect(Number.parseFloat(sizes[0] ?? '')).toBeGreaterThanOrEqual(32)
  })

  it('shows the biggest trouble first and keeps it there while all others to look at come by', async () => {
    serve(estate)
    const page = await open()
    const first = (await names(page)).slice(0, 3)
    const all = new Set<string>()
    const [, pages] = (await texts(page, '.wall-pages')).join().match(/of (\d+)/) ?? []
    for (let i = 0; i < Number(pages); i++) {
      const shown = await names(page)
      expect(shown.slice(0, 3)).toEqual(first)
      for (const name of shown) all.add(name)
      expect((await texts(page, '.wall-pages')).join()).toContain(`Page ${i + 1} of ${pages}`)
      // Not 12 s in one step: a turn sets the time of the next one only when it is drawn, which no clock of the test
      // drives.
      const next = i + 1 < Number(pages) ? `Page ${i + 2} of ${pages}` : `Page 1 of ${pages}`
      let seconds = 0
      while (seconds < 15 && !(await texts(page, '.wall-pages')).join().includes(next)) {
        await pass(page, second)
        seconds += 1
      }
      expect(seconds).toBeGreaterThanOrEqual(10)
    }
    const calm = estate.filter(isCalm)
    const toLookAt = estate.filter(row => !isCalm(row))
    expect(calm.length).toBeGreaterThan(50)
    expect(all).toEqual(new Set(toLookAt.map(({ name }) => name)))
    expect(await texts(page, '.wall-left-out')).toEqual([
      `${calm.length} more tenants have nothing critical, high or new`,
    ])
    expect((await texts(page, '.wall-pages')).join()).toContain('Page 1 of')
  })

  it('stands still under a moving mouse and while it is held, and is turned by keys', async () => {
    serve(estate)
    const page = await open()
    const where = async () => (await texts(page, '.wall-pages')).join().replace(/.*(Page \d+).*/, '$1')
    await page.mouse.move(100, 100)
    await pass(page, 20 * second)
    expect(await where()).toBe('Page 1')
    await pass(page, 40 * second)
    expect(await where()).not.toBe('Page 1')
    await page.keyboard.press('ArrowLeft')
    const held = await where()
    await page.keyboard.press(' ')
    await page.waitForSelector('.wall-pages[aria-pressed=true]')
    await pass(page, 5 * minute)
    expect(await where()).toBe(held)
    await page.keyboard.press(' ')
    await pass(page, 15 * second)
    expect(await where()).not.toBe(held)
  })

  it('tells how true it is: the age, the next figures, a demo, and trouble in one line', async () => {
    serve(estate, {}, { demo: true })
    const page = await open()
    expect(await texts(page, '.wall-as-of')).toEqual(['As of 14:02:59 · 2 min ago'])
    expect(await texts(page, '.wall-demo')).toEqual(['Demo: simulated data'])
    await pass(page, 20 * second)
    expect(await texts(page, '.wall-next')).toEqual(['Next figures in 12 min'])
    await pass(page, 2 * minute)
    expect(await texts(page, '.wall-next')).toEqual(['Next figures in 10 min'])
    server.files.set('detections.csv', { status: 503 })
    await pass(page, 30 * second)
    await expect
      .poll(() => texts(page, '.wall-trouble'))
      .toEqual([expect.stringContaining('the server answered 503')])
    expect(await names(page)).toHaveLength(9)
  })

  it('turns amber at twice the schedule and red at four times, by a word too', async () => {
    serve(estate)
    const page = await open()
    server.clock.date = undefined
    await page.context().setOffline(true)
    await page.clock.fastForward(30 * minute)
    await page.waitForSelector('.wall-as-of.late:has-text("Late")')
    await page.clock.fastForward(30 * minute)
    await page.waitForSelector('.wall-as-of.outdated:has-text("Out of date")')
  })

  it('shows one group, region or status where its address says so', async () => {
    serve(estate)
    const page = await open({ query: '?view=wall&status=forbidden' })
    const refused = new Set(estate.filter(({ status }) => status === 'forbidden').map(({ name }) => name))
    expect(await texts(page, 'h1')).toEqual(['No access'])
    for (const name of await names(page)) expect(refused).toContain(name)
    expect(await page.locator('a.wall-hint').getAttribute('href')).toBe('?status=forbidden')
  })

  it.each([
    ['', 'dark'],
    ['&theme=light', 'light'],
  ])('is painted with %j in %s, whatever the browser prefers', async (query, scheme) => {
    serve(estate)
    const page = await open({
      query: `?view=wall${query}`,
      colorScheme: scheme === 'dark' ? 'light' : 'dark',
    })
    const [red = 0] = await page
      .locator('.wall')
      .evaluate(wall => getComputedStyle(wall).backgroundColor.match(/\d+/g)?.map(Number) ?? [])
    expect(red < 50).toBe(scheme === 'dark')
  })

  it('moves the whole picture a little every few minutes, and nothing off the screen', async () => {
    serve(estate)
    const page = await open()
    const places = new Set<string>()
    for (let i = 0; i < 8; i++) {
      const box = await page.locator('.wall-picture').boundingBox()
      places.add(`${Math.round(box?.x ?? 0)} ${Math.round(box?.y ?? 0)}`)
      expect((await overflow(page)).footerIsOnScreen).toBe(true)
      server.clock.date = (server.clock.date ?? now) + 3 * minute
      await page.clock.fastForward(3 * minute)
      await page.clock.runFor(second)
    }
    expect(places.size).toBe(8)
  })

  it('hides a mouse that lies still', async () => {
    serve(estate)
    const page = await open()
    await page.mouse.move(200, 200)
    await page.waitForSelector('.wall:not(.idle)')
    await pass(page, 5 * second)
    await page.waitForSelector('.wall.idle')
  })

  it('keeps the screen awake, and asks again when the tab comes back', async () => {
    serve(estate)
    const page = await open({
      before: () => {
        const asked: string[] = []
        Reflect.set(window, 'asked', asked)
        const request = async (kind: string) => {
          asked.push(kind)
          return { release: async () => {} }
        }
        Object.defineProperty(navigator, 'wakeLock', { value: { request } })
      },
    })
    const asked = () => page.evaluate(() => Reflect.get(window, 'asked'))
    await expect.poll(asked).toEqual(['screen'])
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await expect.poll(asked).toEqual(['screen', 'screen'])
    expect(await texts(page, 'p.wall-hint')).toEqual([])
  })

  it('says where a browser cannot keep the screen awake', async () => {
    serve(estate)
    const page = await open({
      before: () => Object.defineProperty(navigator, 'wakeLock', { value: undefined }),
    })
    expect((await texts(page, 'p.wall-hint')).join()).toContain('cannot keep the screen awake')
  })

  it('waits for the first figures, and says so', async () => {
    const page = await open({ until: '.wall-none' })
    await expect.poll(() => texts(page, '.wall-none')).toEqual(['Waiting for the first collection…'])
    serve(estate)
    await pass(page, 10 * second)
    await page.waitForSelector('.wall-row')
  })

  it.each(['dark', 'light'])('has no axe violation in %s, with trouble of every kind', async theme => {
    serve(estate, { result: 'failed', message: 'No token.' }, { demo: true })
    const page = await open({ query: `?view=wall&theme=${theme}`, reducedMotion: 'reduce' })
    await page.clock.fastForward(31 * minute)
    await page.waitForSelector('.wall-as-of.late')
    expect(await violations(page)).toEqual([])
  })
})

describe('the wall by itself', () => {
  /** How often the page was loaded since the requests were last forgotten. */
  const loads = () => server.requests.filter(({ path }) => path.startsWith('/?view=wall')).length

  it('shows the last good figures after an error, and starts anew, each time later', async () => {
    serve(estate)
    const page = await open({
      before: () => {
        // Breaks the drawing of the sums, by a number that only the second file has.
        const format = Object.getOwnPropertyDescriptor(Intl.NumberFormat.prototype, 'format')
        Object.defineProperty(Intl.NumberFormat.prototype, 'format', {
          get() {
            const own = format?.get?.call(this)
            return (value: number) => {
              if (value === 77_777) throw new Error('broken on purpose')
              return own(value)
            }
          },
        })
      },
    })
    const before = await names(page)
    const [worst, ...rest] = estate
    serve(worst ? [{ ...worst, name: 'Breaks', counts: [77_777, 0, 0, 0, 0], total: 77_777 }, ...rest] : [])
    await pass(page, 35 * second)
    await page.waitForSelector('.wall-trouble:has-text("had an error")')
    expect(await names(page)).toEqual(before)
    server.requests.length = 0
    await pass(page, 20 * second)
    await expect.poll(loads).toBe(1)
    expect(opened?.offences.splice(0).filter(text => !text.includes('broken on purpose'))).toEqual([])
  })

  it('starts anew for a new release, and not again and again where the new one does not come', async () => {
    serve(estate)
    const page = await open()
    const html = await (await fetch(server.address)).text()
    const other = html.replace(/assets\/index-[\w-]+\.js/, 'assets/index-other.js')
    await page.route('**/index.html', route => route.fulfill({ contentType: 'text/html', body: other }))
    server.requests.length = 0
    // After 15 seconds, 30 more, 60 more, 120 more.
    await pass(page, 4 * minute)
    await expect.poll(loads).toBeGreaterThan(0)
    expect(loads()).toBeLessThan(6)
  })

  it('does not start anew while the server does not answer', async () => {
    serve(estate)
    const page = await open()
    await page.context().setOffline(true)
    server.requests.length = 0
    for (let i = 0; i < 15; i++) await pass(page, minute)
    expect(loads()).toBe(0)
    expect(await names(page)).not.toEqual([])
    opened?.offences.splice(0)
  })
})
