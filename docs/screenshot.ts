// Takes docs/dashboard.png and docs/wall.png, the README's pictures, from the dashboard that `npm start` serves. Run
// it with `npm run screenshot`. With a folder as argument, it writes more sizes and colour schemes there for review.
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../test/browser/chromium.ts'

type Picture = { query: string; width: number; height: number; scheme: 'light' | 'dark' }

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = process.argv[2] ?? join(root, 'docs')
const readmePictures: Readonly<Record<string, Picture>> = {
  dashboard: { query: '', width: 1920, height: 1080, scheme: 'light' },
  wall: { query: '?view=wall', width: 1920, height: 1080, scheme: 'dark' },
}
const reviewPictures: Readonly<Record<string, Picture>> = {
  ...readmePictures,
  'dashboard-dark': { query: '', width: 1920, height: 1080, scheme: 'dark' },
  'dashboard-4k': { query: '', width: 3840, height: 2160, scheme: 'light' },
  laptop: { query: '', width: 1280, height: 800, scheme: 'light' },
  phone: { query: '', width: 390, height: 844, scheme: 'light' },
  'phone-dark': { query: '', width: 390, height: 844, scheme: 'dark' },
  'wall-light': { query: '?view=wall&theme=light', width: 1280, height: 800, scheme: 'light' },
}

/** The setting `groups`: simulated tenants, grouped by a word in their names. */
const groups = {
  'Public sector': /School|Housing|Council|Trust|Clinic|Hospital/,
  Professional: /Law|Legal|Steuer|Insurance|Title|Dental|Veterinary/,
  Industry: /Textil|Maschinen|Farm|Druck|Energy|Foundry|Logisti/,
}

// A second run, a minute later, finds new detections. The limits are higher than those of Sophos, with which this
// would take five minutes.
const env = { ...process.env, REFRESH_INTERVAL: '1m', SOPHOS_RATE_LIMITS: '20/s 1000/m 1000/h 200000/d' }
const start = spawn(process.execPath, ['local/main.ts', '--port', '0', '--tenants', '230'], {
  cwd: root,
  env,
})
const browser = await launchChromium()
try {
  const url = await dashboardAfter(2)
  const settings = await settingsFor(url)
  await mkdir(folder, { recursive: true })
  for (const [name, picture] of Object.entries(process.argv[2] ? reviewPictures : readmePictures))
    await take(url, settings, join(folder, `${name}.png`), picture)
} finally {
  start.kill('SIGINT')
  await browser.close()
}

/** Returns the dashboard's address after this many runs. @throws Error if npm start ends before. */
async function dashboardAfter(runs: number): Promise<string> {
  let url: string | undefined
  let ended = 0
  for await (const line of createInterface({ input: start.stderr })) {
    url = /The dashboard: (\S+)/.exec(line)?.[1] ?? url
    if (/^Collected /.test(line)) ended++
    if (url && ended >= runs) return url
  }
  throw new Error(`npm start ended before it finished ${runs} runs.`)
}

/** Returns a settings.json with the groups, using the names in the served CSV. */
async function settingsFor(url: string): Promise<string> {
  const csv = await (await fetch(new URL('detections.csv', url))).text()
  const names = csv.split('\r\n').map(line => /(?:,\d*){6},"([^"]+)",/.exec(line)?.[1] ?? '')
  return JSON.stringify({
    schemaVersion: 1,
    groups: Object.entries(groups).map(([name, word]) => ({
      name,
      tenants: names.filter(tenant => word.test(tenant)),
    })),
  })
}

async function take(url: string, settings: string, path: string, picture: Picture): Promise<void> {
  const { query, width, height, scheme } = picture
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, locale: 'en-GB' })
  await page.route('**/settings.json', route => route.fulfill({ body: settings }))
  await page.goto(url + query)
  await page.locator('.tenant, .wall-row').nth(5).waitFor()
  await page.waitForLoadState('networkidle') // The toolbar, the day and the run appear shortly after the table.
  await page.screenshot({ path, animations: 'disabled' })
  await page.close()
}
