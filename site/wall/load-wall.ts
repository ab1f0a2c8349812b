import { buildOf } from '../poll/new-release.ts'
import { browserReloader } from './browser-reloader.ts'

/** The running build, read before parts that load later change the document. */
const running = buildOf(document.documentElement.outerHTML)

/**
 * Loads the wall. If that fails, the page reloads itself once the server answers: no user stands at a wall screen to
 * press reload.
 */
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
