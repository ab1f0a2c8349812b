import { askFile, type Validators } from './ask-file.ts'

/** What a page is built of, as its HTML names it: the addresses of its scripts and styles, which change with their content. */
export type Build = readonly string[]

/** The build of a page by its HTML: of the document as it was loaded, or of a text. Empty where it is no page of this product. */
export function buildOf(html: string): Build {
  if (!/<div\b[^>]*\bid="page"/.test(html)) return []
  const addresses = html.matchAll(/\b(?:src|href)="(?:\.\/)?(assets\/[^"]+\.(?:js|css))"/g)
  const build = [...new Set([...addresses].map(([, address = '']) => address))].sort()
  return build.some(address => address.endsWith('.js')) ? build : []
}

/**
 * Finds out whether another build of the page was deployed than the one that is `running`. Asks for index.html by the address of
 * its folder's file, with the conditions of the last answer. Only a whole page of this product counts: an error page, a page half
 * sent or a sign-in in its place is no reason to reload. Never throws.
 */
export function releaseWatch(
  running: Build,
  surroundings: Parameters<typeof askFile>[2],
): () => Promise<'this build' | 'another build' | 'unknown'> {
  let validators: Validators | undefined
  let last: 'this build' | 'another build' | 'unknown' = 'unknown'
  return async () => {
    const answer = await askFile('index.html', validators, surroundings, 'page')
    if (answer.kind === 'unchanged') return last
    if (answer.kind !== 'fresh') return 'unknown'
    const found = /<\/html>\s*$/i.test(answer.text) ? buildOf(answer.text) : []
    validators = answer.validators
    if (found.length === 0 || running.length === 0) last = 'unknown'
    else last = found.join() === running.join() ? 'this build' : 'another build'
    return last
  }
}
