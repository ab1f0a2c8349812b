import { buildOf } from '../poll/new-release.ts'
import { browserReloader } from './browser-reloader.ts'

/** The build that runs, read before any part that is loaded later adds to the document. */
const running = buildOf(document.documentElement.outerHTML)

/** Fetches the wall. Where that fails, nobody stands there to press reload: the page does it by itself, once the server answers. */
export async function loadWall() {
  const reloader = browserReloader()
  try {
    const { makeWall } = await import('./wall.tsx')
    return makeWall(reloader, running)
  } catch (error) {
    reloader.ask()
    throw error
  }
}
