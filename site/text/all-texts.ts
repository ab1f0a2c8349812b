import type { en } from './en.ts'
import type { enLater } from './en-later.ts'

/** Every text of the page. English sets the names: a language that lacks one of its texts does not compile. */
export type Texts = typeof en & typeof enLater
