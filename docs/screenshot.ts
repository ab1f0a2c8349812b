// Makes docs/dashboard.png from the dashboard as `npm start` serves it, so that the README's picture stays true.
// Run by `npm run screenshot`. With a folder as argument, it puts the sizes and schemes to look at there instead.
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../test/browser/chromium.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = process.argv[2]
const sizes = { wide: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } }

const start = spawn(process.execPath, ['local/main.ts', '--port', '0'], { cwd: root })
const browser = await launchChromium()
try {
  const url = await dashboardAt()
  if (folder) {
    await mkdir(folder, { recursive: true })
    for (const [name, size] of Object.entries(sizes)) {
      for (const scheme of ['light', 'dark'] as const)
        await take(url, join(folder, `${name}-${scheme}.png`), size, scheme)
    }
  } else {
    await take(url, join(root, 'docs/dashboard.png'), { width: 1280, height: 800 }, 'light')
  }
} finally {
  start.kill('SIGINT')
  await browser.close()
}

/** Waits until the first run is over, so that the picture is of a whole collection. */
async function dashboardAt(): Promise<string> {
  let url: string | undefined
  for await (const line of createInterface({ input: start.stderr })) {
    url = /The dashboard: (\S+)/.exec(line)?.[1] ?? url
    if (url && /^Collected /.test(line)) return url
  }
  throw new Error('npm start ended before its first run did.')
}

async function take(
  url: string,
  path: string,
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark',
): Promise<void> {
  const page = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: 1.5 })
  await page.goto(url)
  await page.locator('.tenant').nth(5).waitFor()
  await page.waitForLoadState('networkidle') // What comes a moment after the table: the tools, the day, the run.
  await page.screenshot({ path })
  await page.close()
}
