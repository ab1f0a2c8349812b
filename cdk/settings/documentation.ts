import { notAllowed } from './setting-error.ts'

/** An alarm's description has room for 1,024 characters, and what the alarm means stands in it too. */
const mostCharacters = 400

/** The https address of the folder with the documents, without a slash at its end. @throws SettingError */
export function parseDocumentationUrl(value: unknown): string {
  const address = String(value).replace(/\/+$/, '')
  // It also stands in a Markdown link, which a bracket would end early; a section's name follows it, behind a #.
  const isFolder = /^https:\/\/[^\s"'<>()[\]{}\\|^`?#@]+$/.test(address) && URL.canParse(address)
  if (isFolder && address.length <= mostCharacters) return address
  throw notAllowed(
    'documentationUrl',
    value,
    `the https address of the folder in which you serve docs/, without a user, ? or #, up to ${mostCharacters} characters`,
    '-c documentationUrl=https://git.example.com/dashboard/blob/main/docs',
  )
}

/** Returns the address of a document, such as `runbook.md#failed`: its path in this repository if no URL is set. */
export const documentAddress = (documentationUrl: string | undefined, document: string): string =>
  `${documentationUrl ?? 'docs'}/${document}`
