import type { IconState } from './favicon.ts'

/** Shows the state in the tab's icon. Not urgent: this code loads after the first table. */
export async function showIconLater(state: IconState): Promise<void> {
  try {
    const { iconFor, showIcon } = await import('./favicon.ts')
    showIcon(document, iconFor(state))
  } catch {
    // Without a network the icon stays as it is; the title shows the same.
  }
}
