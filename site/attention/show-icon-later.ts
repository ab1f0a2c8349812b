import type { IconState } from './favicon.ts'

/** Shows the state in the tab's icon. It can wait: its part of the page is fetched after the first table. */
export async function showIconLater(state: IconState): Promise<void> {
  try {
    const { iconFor, showIcon } = await import('./favicon.ts')
    showIcon(document, iconFor(state))
  } catch {
    // Without the network the icon stays as it is; the title tells the same.
  }
}
