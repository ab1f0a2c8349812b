import { askFile, type Validators } from './ask-file.ts'

/** The scripts and styles that the HTML of a page names. Their addresses change with their content. */
export type Build = readonly string[]

/** Returns the build of a page from its HTML. Empty if it is not a page of this product. */
export function buildOf(html: string): Build {
  if (!/<div\b[^>]*\bid="page"/.test(html)) return []
  const addresses = html.matchAll(/\b(?:src|href)="(?:\.\/)?(assets\/[^"]+\.(?:js|css))"/g)
  const build = [...new Set([...addresses].map(([, address = '']) => address))].sort()
  return build.some(address => address.endsWith('.js')) ? build : []
}

/**
 * Returns a function that checks whether the server has another build of the page than the `running` one. It fetches
 * index.html, with the version marks of the last answer. Only a complete page of this product counts: an error page, a
 * partial page or a sign-in page is no reason to reload. Never throws.
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
