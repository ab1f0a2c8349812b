/** What the tab's icon shows. It never shows an unreliable count. */
export type IconState = { critical: number | undefined; outdated: boolean; trouble: boolean }

const icons = {
  plain: new URL('../favicon.svg', import.meta.url).href,
  outdated: new URL('./icons/outdated.svg', import.meta.url).href,
  trouble: new URL('./icons/trouble.svg', import.meta.url).href,
  counts: [
    new URL('./icons/1.svg', import.meta.url).href,
    new URL('./icons/2.svg', import.meta.url).href,
    new URL('./icons/3.svg', import.meta.url).href,
    new URL('./icons/4.svg', import.meta.url).href,
    new URL('./icons/5.svg', import.meta.url).href,
    new URL('./icons/6.svg', import.meta.url).href,
    new URL('./icons/7.svg', import.meta.url).href,
    new URL('./icons/8.svg', import.meta.url).href,
    new URL('./icons/9.svg', import.meta.url).href,
  ],
  more: new URL('./icons/more.svg', import.meta.url).href,
} as const

/**
 * Returns the address of the icon: one file of the page for each state. An icon painted in the browser would be a
 * `data:` address, which the Content-Security-Policy blocks.
 */
export function iconFor({ critical, outdated, trouble }: IconState): string {
  if (outdated) return icons.outdated
  if (trouble) return icons.trouble
  if (critical === undefined || critical <= 0) return icons.plain
  return icons.counts[critical - 1] ?? icons.more
}

/** Puts the icon into the page if it changed. Uses a new element: some browsers ignore a changed address. */
export function showIcon(page: Document, address: string): void {
  const old = page.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (old?.href === new URL(address, page.baseURI).href) return
  const link = page.createElement('link')
  link.rel = 'icon'
  link.type = 'image/svg+xml'
  link.href = address
  old?.remove()
  page.head.append(link)
}
