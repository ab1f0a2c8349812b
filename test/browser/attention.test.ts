import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { makeStatus, type Row, toCsv } from './estate.ts'
import { openInTest, servePageToTests, server } from './page-tests.ts'
import { nextPoll } from './page-time.ts'

const second = 1000
const minute = 60 * second
const now = Date.UTC(2026, 10, 22, 14, 5, 0)

const row = (critical: number, fresh: number, collectedAt: number, part: Partial<Row> = {}): Row => ({
  id: 'a',
  name: 'Alpine Bakery',
  counts: [critical, 0, 0, 0, 0],
  total: critical,
  collectedAt,
  method: 'counts',
  news: [fresh, 0, 0, 0, 0],
  ...part,
})
const calm = row(1, 0, now - 2 * minute)

servePageToTests()

function serve(...rows: Row[]) {
  server.files.set('detections.csv', { text: toCsv(rows) })
  server.files.set('status.json', { text: makeStatus(rows, now - 2 * minute), type: 'application/json' })
}

/** Replaces the browser's notifications and audio, and records what all tabs asked of them. */
function stub() {
  const note = (list: string, text: string) =>
    localStorage.setItem(list, JSON.stringify([...JSON.parse(localStorage.getItem(list) ?? '[]'), text]))
  class StubNotification {
    static permission = localStorage.getItem('permission') ?? 'default'
    static async requestPermission() {
      note('asked', 'permission')
      const answer = localStorage.getItem('reader answers') ?? 'granted'
      StubNotification.permission = answer
      localStorage.setItem('permission', answer)
      return answer
    }
    constructor(title: string, { body, lang }: { body: string; lang: string }) {
      if (localStorage.getItem('no notification')) throw new TypeError('Illegal constructor')
      note('shown', `${lang}: ${title}: ${body}`)
    }
  }
  const parameter = {
    value: 0,
    setValueAtTime() {},
    linearRampToValueAtTime() {},
    exponentialRampToValueAtTime() {},
  }
  class StubAudio {
    state = localStorage.getItem('no sound') ? 'closed' : 'running'
    currentTime = 0
    destination = {}
    constructor() {
      note('sounds', 'made')
    }
    createGain = () => ({ gain: parameter, connect: () => {} })
    createOscillator = () => ({
      frequency: parameter,
      connect: (next: object) => next,
      start: () => note('sounds', 'tone'),
      stop() {},
    })
  }
  Reflect.set(window, 'Notification', StubNotification)
  Reflect.set(window, 'AudioContext', StubAudio)
}

async function open(options: Partial<Parameters<typeof openInTest>[0]> = {}): Promise<Page> {
  const shown = await openInTest({ browserTime: now, before: stub, ...options })
  await shown.page.waitForSelector('.signals')
  return shown.page
}

const kept = (page: Page, list: string): Promise<string[]> =>
  page.evaluate(name => JSON.parse(localStorage.getItem(name) ?? '[]'), list)

/** Lets the page poll once more and process the answer. */
async function nextLook(page: Page) {
  await nextPoll(page, server)
  await page.evaluate(() => navigator.locks.request('sophos-detections-signals', () => {}))
}

const signals = (page: Page) => page.getByRole('button', { name: 'Signals' })

async function turnOn(page: Page, name: string) {
  await signals(page).click()
  await page.getByRole('checkbox', { name }).check()
  await page.keyboard.press('Escape')
}

const icon = (page: Page) => page.locator('link[rel=icon]').getAttribute('href')

describe('title and icon', () => {
  it('show the critical count, and say when it is not reliable', async () => {
    serve(row(3, 0, now - 2 * minute))
    const page = await open()
    expect(await page.title()).toBe('3 critical · Sophos Detections')
    await expect.poll(() => icon(page)).toMatch(/\/3-[\w-]+\.svg$/)
    serve(row(12, 0, now - minute))
    await nextLook(page)
    await expect.poll(() => page.title()).toBe('12 critical · Sophos Detections')
    await expect.poll(() => icon(page)).toMatch(/more-[\w-]+\.svg$/)
    server.files.set('detections.csv', { status: 503 })
    await nextLook(page)
    await expect.poll(() => icon(page)).toMatch(/trouble-[\w-]+\.svg$/)
    serve(row(0, 0, now - minute))
    await nextLook(page)
    await expect.poll(() => icon(page)).toMatch(/favicon-[\w-]+\.svg$/)
    await page.context().setOffline(true)
    await page.clock.fastForward(61 * minute)
    await expect.poll(() => icon(page)).toMatch(/outdated-[\w-]+\.svg$/)
  })
})

describe('a notification', () => {
  it('is shown once per event, however often the page reloads and however many tabs are open', async () => {
    serve(calm)
    const page = await open()
    await turnOn(page, 'Show a desktop notification')
    const other = await page.context().newPage()
    await other.clock.install({ time: now - minute })
    await other.clock.pauseAt(now)
    await other.addInitScript(stub)
    await other.goto(server.address)
    await other.waitForSelector('.signals')

    serve(row(3, 2, now - minute))
    await nextLook(page)
    await expect.poll(() => kept(page, 'shown')).toEqual(['en: 2 new critical detections: Alpine Bakery'])
    await nextLook(other)
    await nextLook(page)
    await page.reload()
    await page.waitForSelector('.signals')
    await nextLook(page)
    expect(await kept(page, 'shown')).toHaveLength(1)

    serve(row(4, 1, now))
    await nextLook(other)
    await nextLook(page)
    await expect.poll(() => kept(page, 'shown')).toHaveLength(2)
    expect((await kept(page, 'shown')).at(-1)).toBe('en: 1 new critical detection: Alpine Bakery')
  })

  it('is never requested by the page itself, and never shown for old news', async () => {
    serve(row(3, 2, now - 2 * minute))
    const page = await open()
    await nextLook(page)
    expect(await kept(page, 'asked')).toEqual([])
    await turnOn(page, 'Show a desktop notification')
    expect(await kept(page, 'asked')).toEqual(['permission'])
    await nextLook(page)
    expect(await kept(page, 'shown')).toEqual([])
  })

  it('is not shown for muted or moved tenants, or after a change of the counting method', async () => {
    const others = (fresh: number, at: number): Row[] => [
      row(5, fresh, at, { id: 'm', name: 'Muted Mill' }),
      row(5, fresh, at, { id: 'f', name: 'Fusion Farm', method: fresh ? 'fusion' : 'counts' }),
      row(5, fresh, at, { id: 'g', name: 'Gone Garage', status: fresh ? 'moved' : 'ok' }),
    ]
    server.files.set('settings.json', {
      text: JSON.stringify({ schemaVersion: 1, muted: [{ tenant: 'Muted Mill', until: '2027-01-31' }] }),
      type: 'application/json',
    })
    serve(...others(0, now - 2 * minute))
    const page = await open()
    await turnOn(page, 'Show a desktop notification')
    serve(...others(3, now - minute))
    await nextLook(page)
    expect(await kept(page, 'shown')).toEqual([])
  })

  it('catches up with what came while the page reloaded', async () => {
    serve(calm)
    const page = await open()
    await turnOn(page, 'Show a desktop notification')
    serve(row(2, 1, now - minute))
    await page.reload()
    await page.waitForSelector('.signals')
    await expect.poll(() => kept(page, 'shown')).toHaveLength(1)
  })

  it('is in the reader’s language', async () => {
    serve(calm)
    const page = await open({ query: '?lang=de' })
    await page.getByRole('button', { name: 'Signale' }).click()
    await page.getByRole('button', { name: 'Benachrichtigung testen' }).click()
    await expect
      .poll(() => kept(page, 'shown'))
      .toEqual(['de: Testbenachrichtigung: So sehen neue kritische Erkennungen aus.'])
  })
})

describe('a sound', () => {
  it('plays only after the user turned it on, and then once per event', async () => {
    serve(calm)
    const page = await open()
    serve(row(2, 1, now - minute))
    await nextLook(page)
    expect(await kept(page, 'sounds')).toEqual([])
    await turnOn(page, 'Play a sound')
    await expect.poll(() => kept(page, 'sounds')).toEqual(['made', 'tone', 'tone'])
    serve(row(3, 1, now))
    await nextLook(page)
    await nextLook(page)
    await expect.poll(() => kept(page, 'sounds')).toHaveLength(5)
  })

  it('can be tried without turning it on', async () => {
    serve(calm)
    const page = await open()
    await signals(page).click()
    await page.getByRole('button', { name: 'Test the sound' }).click()
    await expect.poll(() => kept(page, 'sounds')).toEqual(['made', 'tone', 'tone'])
    expect(await page.getByRole('checkbox', { name: 'Play a sound' }).isChecked()).toBe(false)
  })
})

describe('the settings of the signals', () => {
  it('open, close and persist by keyboard', async () => {
    serve(calm)
    const page = await open()
    await signals(page).focus()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.parentElement?.textContent))
      .toBe('Play a sound')
    await page.keyboard.press('Space')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Signals')
    await page.reload()
    await page.waitForSelector('.signals')
    await signals(page).click()
    expect(await page.getByRole('checkbox', { name: 'Play a sound' }).isChecked()).toBe(true)
    await page.mouse.click(5, 700)
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  const keep = (page: Page, name: string, value: string) =>
    page.evaluate(([key, text]) => localStorage.setItem(key, text), [name, value] as const)
  const notify = (page: Page) => page.getByRole('checkbox', { name: 'Show a desktop notification' })
  const said = (page: Page) => page.locator('.signals [role=status]').allInnerTexts()

  it('stay off and say why if the reader refuses notifications', async () => {
    serve(calm)
    const page = await open()
    await keep(page, 'reader answers', 'denied')
    await signals(page).click()
    expect(await said(page)).toEqual(['', ''])
    await notify(page).click()
    await expect.poll(() => said(page)).toEqual(['', expect.stringContaining('blocks notifications')])
    expect(await notify(page).isChecked()).toBe(false)
    await page.getByRole('button', { name: 'Test the notification' }).click()
    expect(await kept(page, 'shown')).toEqual([])
    await keep(page, 'reader answers', 'granted')
    await notify(page).click()
    await expect.poll(() => notify(page).isChecked()).toBe(true)
    expect(await said(page)).toEqual(['', ''])
    await notify(page).click()
    await expect.poll(() => notify(page).isChecked()).toBe(false)
    expect(await kept(page, 'asked')).toHaveLength(3)
  })

  it('show the switch as off while the browser blocks the signal', async () => {
    serve(calm)
    const page = await open()
    await turnOn(page, 'Show a desktop notification')
    await keep(page, 'permission', 'denied')
    await page.reload()
    await page.waitForSelector('.signals')
    await signals(page).click()
    expect(await notify(page).isChecked()).toBe(false)
    expect(await said(page)).toEqual(['', expect.stringContaining('blocks notifications')])
  })

  it('offer no notifications if the browser has none or cannot make one', async () => {
    serve(calm)
    const page = await open({ before: () => Reflect.deleteProperty(window, 'Notification') })
    await signals(page).click()
    const test = () => page.getByRole('button', { name: 'Test the notification' })
    expect([await notify(page).isDisabled(), await test().isDisabled()]).toEqual([true, true])
    expect(await said(page)).toEqual(['', expect.stringContaining('does not support desktop notifications')])
    await page.context().close()

    const other = await open()
    await keep(other, 'no notification', 'yes')
    await signals(other).click()
    expect(await notify(other).isDisabled()).toBe(false)
    await other.getByRole('button', { name: 'Test the notification' }).click()
    await expect
      .poll(() => said(other))
      .toEqual(['', expect.stringContaining('does not support desktop notifications')])
    expect(await notify(other).isDisabled()).toBe(true)
  })

  it('say so if the browser does not allow sound yet', async () => {
    serve(calm)
    const page = await open()
    await keep(page, 'no sound', 'yes')
    await signals(page).click()
    await page.getByRole('button', { name: 'Test the sound' }).click()
    await expect.poll(() => said(page)).toEqual([expect.stringContaining('allows sound only after'), ''])
  })

  it('cross out the bell only while both signals are off, in every tab', async () => {
    serve(calm)
    const page = await open()
    const isStruck = (one: Page) => one.locator('.signals .mark .off').count()
    const other = await page.context().newPage()
    await other.addInitScript(stub)
    await other.goto(server.address)
    await other.waitForSelector('.signals')
    // Effects wait for a frame, which comes only when the page's clock moves.
    await page.clock.runFor(second)
    await expect.poll(() => isStruck(page)).toBe(1)
    await turnOn(page, 'Play a sound')
    await expect.poll(() => isStruck(page)).toBe(0)
    await expect.poll(() => isStruck(other)).toBe(0)
    await signals(page).click()
    await notify(page).click()
    await expect.poll(() => notify(page).isChecked()).toBe(true)
    await page.getByRole('checkbox', { name: 'Play a sound' }).click()
    expect(await isStruck(page)).toBe(0)
    await notify(page).click()
    await expect.poll(() => isStruck(page)).toBe(1)
    await expect.poll(() => isStruck(other)).toBe(1)
  })

  it.each([
    ['light', 1920],
    ['dark', 390],
  ] as const)('have no axe violation in %s at %d px', async (colorScheme, width) => {
    serve(calm)
    const page = await open({ colorScheme, viewport: { width, height: 844 } })
    await signals(page).click()
    expect(await violations(page)).toEqual([])
  })
})
