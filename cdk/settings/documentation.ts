import { notAllowed } from './setting-error.ts'

/** An alarm's description holds 1,024 characters, and also says what the alarm means. */
const maxCharacters = 400

/** Returns the https URL of the documents, without a trailing slash. @throws SettingError */
export function parseDocumentationUrl(value: unknown): string {
  const address = String(value).replace(/\/+$/, '')
  // It is also used in a Markdown link, which a bracket would end early, and followed by # and a section.
  const isFolder = /^https:\/\/[^\s"'<>()[\]{}\\|^`?#@]+$/.test(address) && URL.canParse(address)
  if (isFolder && address.length <= maxCharacters) return address
  throw notAllowed(
    'documentationUrl',
    value,
    `the https URL where you serve docs/, without a user name, ? or #, up to ${maxCharacters} characters`,
    '-c documentationUrl=https://git.example.com/dashboard/blob/main/docs',
  )
}

/** Returns the address of a document, such as `runbook.md#failed`: its path in this repository if no URL is set. */
export const documentAddress = (documentationUrl: string | undefined, document: string): string =>
  `${documentationUrl ?? 'docs'}/${document}`
