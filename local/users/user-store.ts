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
// The store accepts only requests signed with SigV4A. The client uses this package if it is imported.
import '@aws-sdk/signature-v4a'

/** The key-value store with the users, as seen from outside CloudFront. */
export type UserStore = {
  /** The records of all users. */
  list(): Promise<string[]>
  /**
   * Replaces the current record (undefined: none) with the result of `decide`; null removes it. Calls `decide` again if
   * another program wrote to the store in between, so that it never decides on an old record.
   */
  change(key: string, decide: (present: string | undefined) => string | null): Promise<void>
}

const mostTries = 5

/** @throws Error if there is no store with this ARN, or another program keeps writing to it. */
export function userStore(client: CloudFrontKeyValueStoreClient, arn: string): UserStore {
  async function etag(): Promise<string> {
    try {
      return (await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn }))).ETag ?? ''
    } catch (cause) {
      if (!(cause instanceof ResourceNotFoundException)) throw cause
      throw new Error(`There is no user store ${arn}. The stack's output UsersStore has its ARN.`, { cause })
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
        // Read before the record: any later write makes the condition fail.
        const at = { KvsARN: arn, Key: key, IfMatch: await etag() }
        const value = decide(await present(key))
        try {
          if (value === null) await client.send(new DeleteKeyCommand(at))
          else await client.send(new PutKeyCommand({ ...at, Value: value }))
          return
        } catch (error) {
          if (!(error instanceof ConflictException)) throw error
          if (tries === mostTries) {
            throw new Error(`Another program keeps changing the users. Gave up after ${tries} tries.`, {
              cause: error,
            })
          }
        }
      }
    },
  }
}
