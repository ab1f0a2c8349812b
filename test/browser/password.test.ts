import { randomBytes } from 'node:crypto'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { synthesizeTemplate } from '../../cdk/synthesize.ts'
import { keyOf, userRecord } from '../../local/users/record.ts'
import { startWeb } from '../../local/web/server.ts'
import { siteObjects } from '../../local/web/site-objects.ts'
import type { StoredObject } from '../../local/web/stored-object.ts'
import { buildPage } from './built-page.ts'
import { launchChromium } from './chromium.ts'
import { makeEstate, makeStatus, toCsv } from './estate.ts'

// The page as a visitor of the deployed one sees it: through the template's distribution, headers and function, with a
// password, since that is the default.

const now = Date.UTC(2026, 10, 22, 14, 5, 0)
const rows = makeEstate(5, { now, failing: 0 })
const user = { username: 'jörg@example.com', password: 'Fünf-große-Äpfel-7' }
const record = userRecord({ name: user.username, since: '2026-11-22' }, user.password, randomBytes(16))

const object = (text: string, contentType: string): StoredObject => ({
  body: Buffer.from(text),
  etag: `"${text.length}"`,
  lastModified: new Date(now),
  contentType,
  cacheControl: 'public, max-age=0, s-maxage=30, must-revalidate',
})
const data = new Map([
  ['detections.csv', object(toCsv(rows), 'text/csv; charset=utf-8')],
  ['status.json', object(makeStatus(rows, now), 'application/json')],
])

let built: Awaited<ReturnType<typeof buildPage>>
let web: Awaited<ReturnType<typeof startWeb>>
let browser: Browser
let opened: Page | undefined
const read: string[] = []

beforeAll(async () => {
  built = await buildPage()
  const template = synthesizeTemplate({})
  const site = siteObjects(template, built.folder)
  web = await startWeb({
    template,
    readObject: async (origin, key) => {
      read.push(key)
      return origin === 'site' ? site(key) : data.get(key)
    },
    readValue: async key => (key === keyOf(user.username) ? record : undefined),
  })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
  await built?.remove()
})
afterEach(() => opened?.context().close())

type Seen = { readonly path: string; readonly status: number; readonly signed: boolean }

/** Opens the dashboard's address, and returns the result of every request. */
async function visit(options: BrowserContextOptions): Promise<{ page: Page; seen: Seen[]; said: string[] }> {
  read.length = 0
  const context = await browser.newContext({ timezoneId: 'UTC', ...options })
  const page = await context.newPage()
  opened = page
  const seen: Seen[] = []
  const said: string[] = []
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(error.message))
  page.on('response', async response => {
    const { authorization } = await response.request().allHeaders()
    const path = response.url().slice(web.url.length - 1)
    seen.push({ path, status: response.status(), signed: authorization !== undefined })
  })
  await page.clock.install({ time: now })
  await page.goto(web.url)
  return { page, seen, said }
}

describe('the deployed page with default settings', () => {
  it.each([
    ['without a password', {}],
    ['with a wrong one', { httpCredentials: { ...user, password: 'Fünf-große-Äpfel-8' } }],
    ['with a name that nobody has', { httpCredentials: { ...user, username: 'nobody' } }],
  ])('shows a stranger %s no byte of the page or the data', async (_, options) => {
    const { page, seen } = await visit(options)
    await expect.poll(() => seen.map(({ status }) => status)).toEqual([401])
    expect(await page.locator('body').innerText()).toMatch(/^This dashboard is open to its users only/)
    for (const path of [
      'detections.csv',
      'status.json',
      'settings.json',
      'access-report.json',
      'index.html',
    ]) {
      const answer = await page.request.get(web.url + path, { failOnStatusCode: false })
      expect(answer.status()).toBe(401)
      for (const { name } of rows) expect(await answer.text()).not.toContain(name)
    }
    expect(read).toEqual([])
  })

  it('lets a user in, and polls with the same password, answered 304 while nothing changes', async () => {
    const { page, seen, said } = await visit({ httpCredentials: user })
    await page
      .getByText(rows[0]?.name ?? '')
      .first()
      .waitFor()

    const polls = () => seen.filter(({ path, status }) => path === '/detections.csv' && status === 304)
    // In steps, since the page's time-outs use the same clock.
    const pollOn = async () => {
      await page.clock.runFor(2_000)
      return polls().length
    }
    await expect.poll(pollOn, { timeout: 20_000 }).toBeGreaterThanOrEqual(2)
    for (const { signed, status } of seen.filter(({ path }) => path === '/detections.csv'))
      expect([signed, status]).toEqual([true, expect.toBeOneOf([200, 304])])
    expect(seen.filter(({ status }) => status === 401)).toHaveLength(0)
    expect(said.filter(text => !text.startsWith('Failed to load resource'))).toEqual([])
  })
})
