import type { Why } from '../data/why.ts'
import { texts } from './texts.ts'

/** Returns why a file did not arrive, as the end of a sentence: "the server answered 503". */
export function whyText(why: Why): string {
  const number = 'code' in why ? why.code : 'seconds' in why ? why.seconds : 0
  return texts.why[why.kind](number)
}
