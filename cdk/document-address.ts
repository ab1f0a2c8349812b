/** What the documents are called and lie in when no address of them was set: the folder of this repository. */
const folder = 'docs'

/** Returns the address of a part of the documents, such as `runbook.md#failed`: the full one if `documentationUrl` is set. */
export const documentAddress = (documentationUrl: string | undefined, part: string): string =>
  `${documentationUrl ?? folder}/${part}`
