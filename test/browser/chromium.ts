import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const run = promisify(execFile)

/** Not the package's own arguments: they turn off web security and site isolation, which these tests check too. */
const args = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none']

/**
 * Starts Chromium: the one in CHROME_PATH, or the one from @sparticuz/chromium (Linux x64), which needs no
 * installation.
 */
export async function launchChromium(): Promise<Browser> {
  const installed = process.env.CHROME_PATH
  if (installed) return chromium.launch({ executablePath: installed, args })
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `No Chromium for ${process.platform} ${process.arch} comes with the tests. Set CHROME_PATH to the program of an installed Chrome or Chromium.`,
    )
  }
  const folder = await unpackedChromium()
  const executablePath = join(folder, 'chromium')
  return chromium.launch({ executablePath, args, env: await environment(executablePath, folder) })
}

/**
 * Returns the folder with the unpacked Chromium, kept until the next install. Its name could be guessed, so it lies
 * beside the package and belongs to this user alone: in the folder for temporary files, any user could put a program
 * there first. Unpacks into another folder and renames it, so that two test files never see half a program.
 */
export async function unpackedChromium(): Promise<string> {
  const manifest = fileURLToPath(new URL('../package.json', import.meta.resolve('@sparticuz/chromium')))
  const { version } = JSON.parse(await readFile(manifest, 'utf8'))
  const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))
  const folder = join(cache, `chromium-${version}`)
  if (existsSync(folder)) return folder

  await mkdir(cache, { recursive: true })
  const aside = await mkdtemp(`${folder}-`)
  const script = fileURLToPath(new URL('unpack-chromium.ts', import.meta.url))
  // The package unpacks the system libraries only if it thinks that it runs in Lambda.
  await run(process.execPath, [script], {
    env: { ...process.env, TMPDIR: aside, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
  })
  try {
    await rename(aside, folder)
  } catch (error) {
    await rm(aside, { recursive: true })
    if (!existsSync(folder)) throw error // Else another process was faster, with the same content.
  }
  return folder
}

/** A bare machine has neither libnss3 nor a font: then use the package's own. */
async function environment(executablePath: string, folder: string): Promise<NodeJS.ProcessEnv> {
  const own: NodeJS.ProcessEnv = { ...process.env }
  if (!existsSync('/etc/fonts/fonts.conf')) own.FONTCONFIG_PATH = join(folder, 'fonts')
  const librariesMissing = await run('ldd', [executablePath]).then(
    ({ stdout }) => stdout.includes('not found'),
    () => true,
  )
  if (librariesMissing) {
    own.LD_LIBRARY_PATH = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
      .filter(Boolean)
      .join(':')
  }
  return own
}
