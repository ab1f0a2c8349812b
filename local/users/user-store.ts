import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
  PutKeyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore'
// The store takes requests signed by SigV4A only. The client finds this where it was imported.
import '@aws-sdk/signature-v4a'

/** The key-value store with the users, read and written from outside of CloudFront. */
export type UserStore = {
  /** The records of all users. */
  list(): Promise<string[]>
  /**
   * Puts what `decide` makes of the present record (undefined: there is none) in its place; null removes it. Asks again where
   * somebody else wrote to the store in between, so that nothing is decided on what is no longer true.
   */
  change(key: string, decide: (present: string | undefined) => string | null): Promise<void>
}

const mostTries = 5

/** @throws Error where there is no store of this ARN, or somebody else goes on writing to it. */
export function userStore(client: CloudFrontKeyValueStoreClient, arn: string): UserStore {
  async function etag(): Promise<string> {
    try {
      return (await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn }))).ETag ?? ''
    } catch (cause) {
      if (!(cause instanceof ResourceNotFoundException)) throw cause
      throw new Error(`There is no store of users ${arn}. The stack's output UsersStore names it.`, { cause })
    }
  }

  async function present(key: string): Promise<string | undefined> {
    try {
      return (await client.send(new GetKeyCommand({ KvsARN: arn, Key: key }))).Value
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined
      throw error
    }
  }

  return {
    async list() {
      await etag()
      const records: string[] = []
      let NextToken: string | undefined
      do {
        const page = await client.send(new ListKeysCommand({ KvsARN: arn, NextToken }))
        records.push(...(page.Items ?? []).flatMap(({ Value }) => Value ?? []))
        NextToken = page.NextToken
      } while (NextToken)
      return records
    },

    async change(key, decide) {
      for (let tries = 1; ; tries++) {
        // Before the record: a write after this line makes the condition fail.
        const at = { KvsARN: arn, Key: key, IfMatch: await etag() }
        const value = decide(await present(key))
        try {
          if (value === null) await client.send(new DeleteKeyCommand(at))
          else await client.send(new PutKeyCommand({ ...at, Value: value }))
          return
        } catch (error) {
          if (!(error instanceof ConflictException)) throw error
          if (tries === mostTries) {
            throw new Error(`Somebody else keeps changing the users; gave up after ${tries} tries.`, {
              cause: error,
            })
          }
        }
      }
    },
  }
}
