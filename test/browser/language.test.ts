import type { Page } from 'playwright-core'
import { beforeEach, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { makeEstate, makeStatus, toCsv } from './estate.ts'
import { openInTest, servePageToTests, server } from './page-tests.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 22, 14, 5, 0)
const estate = makeEstate(40, { now: now - 2 * minute, failing: 0.2 })

servePageToTests()

beforeEach(() => {
  server.files.set('detections.csv', { text: toCsv(estate) })
  server.files.set('status.json', {
    text: makeStatus(estate, now - 2 * minute, { demo: true }),
    type: 'application/json',
  })
})

async function open(options: Partial<Parameters<typeof openInTest>[0]>): Promise<Page> {
  const shown = await openInTest({ browserTime: now, ...options })
  return shown.page
}

it.each([
  ['de-CH', '', 'de', 'Sophos-Erkennungen', 'Demo: simulierte Daten', 'vor 2 min'],
  ['ja-JP', '', 'ja', 'Sophos 検出', 'デモ: シミュレーションデータ', '2 分前'],
  ['fr-FR', '', 'fr', 'Détections Sophos', 'Démo\u00a0: données simulées', 'il y a 2 min'],
  ['en-US', '?lang=es', 'es', 'Detecciones de Sophos', 'Demo: datos simulados', 'hace 2 min'],
  ['it-IT', '', 'en', 'Sophos Detections', 'Demo: simulated data', '2 min ago'],
  ['de-DE', '?lang=tlh', 'de', 'Sophos-Erkennungen', 'Demo: simulierte Daten', 'vor 2 min'],
])('a browser in %s with %j reads the page in %s', async (locale, query, lang, heading, demo, age) => {
  const page = await open({ locale, query })
  expect(await page.locator('html').getAttribute('lang')).toBe(lang)
  expect(await page.locator('h1').innerText()).toBe(heading)
  const text = await page.locator('body').innerText()
  expect(text).toContain(demo)
  expect(text).toContain(age)
  expect(text).not.toMatch(/undefined|NaN|\[object/)
})

it.each(['de', 'fr', 'es', 'ja'])(
  'shows no English on the page in %s except what the collector wrote',
  async lang => {
    const page = await open({ query: `?lang=${lang}` })
    const text = await page.evaluate(() => {
      for (const foreign of document.querySelectorAll('bdi, [lang=en]')) foreign.remove()
      return document.body.innerText
    })
    expect(text).not.toMatch(/\b(the|tenants?|unknown|critical|new|search|need|last run|ago)\b/i)
  },
)

it.each([
  ['?lang=de', 'table.tenants'],
  ['?lang=ja&view=wall', '.wall-row'],
])('has no axe violation at %s', async (query, until) => {
  expect(await violations(await open({ query, until, reducedMotion: 'reduce' }))).toEqual([])
})

it.each([
  ['de', 390],
  ['fr', 390],
  ['ja', 320],
  ['de', 1280],
])('needs no sideways scrolling in %s at a width of %d px', async (lang, width) => {
  const page = await open({ query: `?lang=${lang}`, viewport: { width, height: 844 } })
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0)
})

it('shows all times in the time zone of the settings', async () => {
  server.files.set('settings.json', {
    text: JSON.stringify({ schemaVersion: 1, timeZone: 'Asia/Tokyo' }),
    type: 'application/json',
  })
  const page = await open({ until: '.as-of' })
  await expect.poll(() => page.locator('.as-of').innerText()).toContain('23:0')
  server.files.delete('settings.json')
})
