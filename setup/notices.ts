import type { Part } from './parts.ts'

/** They ask for nothing but that their text is kept. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']

/**
 * Returns the licences and notices of the parts as plain text, the same for the same parts in any order. A text that
 * several share stands once.
 * @throws Error if a part has no licence, or another than the allowed ones.
 */
export function noticesOf(parts: readonly Part[]): string {
  const sorted = parts.toSorted((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1))
  for (const part of sorted) checkLicence(part)
  const sections = Map.groupBy(
    sorted.flatMap(part => textsOf(part).map(text => ({ text, label: labelOf(part) }))),
    ({ text }) => text,
  )
  return [
    `This is made of the packages below. Their licences and notices follow.\n`,
    ...sorted.map(part => `${labelOf(part)}: ${part.license}`),
    ...[...sections].map(
      ([text, users]) => `\n${'-'.repeat(80)}\n${users.map(({ label }) => label).join('\n')}\n\n${text}`,
    ),
    '',
  ].join('\n')
}

const labelOf = ({ name, version }: Part): string => `${name} ${version}`

const textsOf = ({ license, author, texts }: Part): string[] =>
  texts.length > 0
    ? texts
    : [
        `Has no licence file. Its package.json names the licence ${license} and the author ${author || '(none)'}.`,
      ]

function checkLicence(part: Part): void {
  const { license } = part
  if (typeof license === 'string' && allowed.includes(license)) return
  const found = license === undefined ? 'names no licence' : `names the licence ${JSON.stringify(license)}`
  throw new Error(
    `${labelOf(part)} would be shipped, and its package.json ${found}. Allowed are ${allowed.join(', ')}. ` +
      'Use another package, or read its licence and add it to the list in setup/notices.ts.',
  )
}
