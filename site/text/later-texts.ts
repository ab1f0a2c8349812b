import { enLater } from './en-later.ts'
import { translated } from './texts.ts'

/** The texts of the parts that load on demand, which is after the language was chosen. */
export const laterTexts: typeof enLater = translated ?? enLater
