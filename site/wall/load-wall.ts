import { buildOf } from '../poll/new-release.ts'
import { browserReloader } from './browser-reloader.ts'

/** The build that runs, read before any part that is loaded later adds to the document. */
const running = buildOf(document.documentElement.outerHTML)

/** Loads the wall. If that fails, the page reloads by itself once the server answers: a wall screen has no user to press reload. */
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
