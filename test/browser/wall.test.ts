import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { makeEstate, makeStatus, type Row, toCsv } from './estate.ts'
import { opened, openInTest, servePageToTests, server } from './page-tests.ts'
import { jumpAhead, passTime } from './page-time.ts'

const second = 1000
const minute = 60 * second
const now = Date.UTC(2026, 10, 22, 14, 5, 0)
const estate = makeEstate(250, { now: now - 2 * minute, failing: 0.1 })

const isCalm = ({ status, counts: [critical, high], news = [] }: Row) =>
  status === 'ok' && critical === 0 && high === 0 && news.every(count => count === 0)

servePageToTests()

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

const names = (page: Page) => texts(page, '.wall-row .name')

/** Returns how far the wall extends beyond the screen, and whether a row is cut off. */
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

  it('keeps the worst tenants on top while it pages through all others that need a look', async () => {
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
      await passTime(page, 10 * second)
      expect((await texts(page, '.wall-pages')).join()).toContain(`Page ${i + 1} of ${pages}`)
      // A page's time starts when it is drawn, so the last seconds pass one by one.
      const next = `Page ${i + 1 < Number(pages) ? i + 2 : 1} of ${pages}`
      for (let left = 5; left > 0 && !(await texts(page, '.wall-pages')).join().includes(next); left--)
        await passTime(page, second)
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

  it('stops while the mouse moves and while paused, and turns pages by keys', async () => {
    serve(estate)
    const page = await open()
    const where = async () => (await texts(page, '.wall-pages')).join().replace(/.*(Page \d+).*/, '$1')
    await page.mouse.move(100, 100)
    await passTime(page, 20 * second)
    expect(await where()).toBe('Page 1')
    await passTime(page, 40 * second)
    expect(await where()).not.toBe('Page 1')
    await page.keyboard.press('ArrowLeft')
    const held = await where()
    await page.keyboard.press(' ')
    await page.waitForSelector('.wall-pages[aria-pressed=true]')
    await passTime(page, 5 * minute, 30 * second)
    expect(await where()).toBe(held)
    await page.keyboard.press(' ')
    await passTime(page, 15 * second)
    expect(await where()).not.toBe(held)
  })

  it('shows how current it is: the age, the next data, a demo, and problems in one line', async () => {
    serve(estate, {}, { demo: true })
    const page = await open()
    expect(await texts(page, '.wall-as-of')).toEqual(['As of 14:02:59 · 2 min ago'])
    expect(await texts(page, '.wall-demo')).toEqual(['Demo: simulated data'])
    await passTime(page, 20 * second)
    expect(await texts(page, '.wall-next')).toEqual(['Next data in 12 min'])
    await passTime(page, 2 * minute)
    expect(await texts(page, '.wall-next')).toEqual(['Next data in 10 min'])
    server.files.set('detections.csv', { status: 503 })
    await passTime(page, 30 * second)
    await expect
      .poll(() => texts(page, '.wall-trouble'))
      .toEqual([expect.stringContaining('the server answered 503')])
    expect(await names(page)).toHaveLength(9)
  })

  it('turns amber at twice the schedule and red at four times, with a word too', async () => {
    serve(estate)
    const page = await open()
    await page.context().setOffline(true)
    await jumpAhead(page, 30 * minute)
    await page.waitForSelector('.wall-as-of.late:has-text("Late")')
    await jumpAhead(page, 30 * minute)
    await page.waitForSelector('.wall-as-of.outdated:has-text("Out of date")')
  })

  it('shows one group, region or status if its address asks for it', async () => {
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
  ])('is painted with %j in %s, regardless of the browser’s own theme', async (query, scheme) => {
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
    for (let i = 0; i < 4; i++) {
      const box = await page.locator('.wall-picture').boundingBox()
      places.add(`${Math.round(box?.x ?? 0)} ${Math.round(box?.y ?? 0)}`)
      expect((await overflow(page)).footerIsOnScreen).toBe(true)
      await jumpAhead(page, 3 * minute)
      await passTime(page, second)
    }
    expect(places.size).toBe(4)
  })

  it('hides a mouse that does not move', async () => {
    serve(estate)
    const page = await open()
    await page.mouse.move(200, 200)
    await page.waitForSelector('.wall:not(.idle)')
    await passTime(page, 5 * second)
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

  it('says so if the browser cannot keep the screen awake', async () => {
    serve(estate)
    const page = await open({
      before: () => Object.defineProperty(navigator, 'wakeLock', { value: undefined }),
    })
    expect((await texts(page, 'p.wall-hint')).join()).toContain('cannot keep the screen awake')
  })

  it('waits for the first data, and says so', async () => {
    const page = await open({ until: '.wall-none' })
    await expect.poll(() => texts(page, '.wall-none')).toEqual(['Waiting for the first run…'])
    serve(estate)
    await passTime(page, 10 * second)
    await page.waitForSelector('.wall-row')
  })

  it.each(['dark', 'light'])('has no axe violation in %s, with trouble of every kind', async theme => {
    serve(estate, { result: 'failed', message: 'No token.' }, { demo: true })
    const page = await open({ query: `?view=wall&theme=${theme}`, reducedMotion: 'reduce' })
    await jumpAhead(page, 31 * minute)
    await page.waitForSelector('.wall-as-of.late')
    expect(await violations(page)).toEqual([])
  })
})

describe('the wall without a user', () => {
  /** How often the page loaded since the requests were last cleared. */
  const loads = () => server.requests.filter(({ path }) => path.startsWith('/?view=wall')).length

  it('shows the last good data after an error, and reloads, later each time', async () => {
    serve(estate)
    const page = await open({
      before: () => {
        // Breaks the drawing of the totals with a number that only the second file has.
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
    await passTime(page, 35 * second)
    await page.waitForSelector('.wall-trouble:has-text("had an error")')
    expect(await names(page)).toEqual(before)
    server.requests.length = 0
    await passTime(page, 20 * second)
    await expect.poll(loads).toBe(1)
    expect(opened?.offences.splice(0).filter(text => !text.includes('broken on purpose'))).toEqual([])
  })

  it('reloads for a new release, but not in a loop if the new one does not arrive', async () => {
    serve(estate)
    const page = await open()
    const html = await (await fetch(server.address)).text()
    const other = html.replace(/assets\/index-[\w-]+\.js/, 'assets/index-other.js')
    await page.route('**/index.html', route => route.fulfill({ contentType: 'text/html', body: other }))
    server.requests.length = 0
    // After 15 seconds, 30 more, 60 more, 120 more.
    await passTime(page, 4 * minute)
    await expect.poll(loads).toBeGreaterThan(0)
    expect(loads()).toBeLessThan(6)
  })

  it('does not reload while the server does not answer', async () => {
    serve(estate)
    const page = await open()
    await page.context().setOffline(true)
    server.requests.length = 0
    await passTime(page, 15 * minute, 30 * second)
    expect(loads()).toBe(0)
    expect(await names(page)).not.toEqual([])
    opened?.offences.splice(0)
  })
})
