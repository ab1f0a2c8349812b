import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { awsAgents } from '../network/aws-agents.ts'
import { within } from '../network/time-limit.ts'
import { toPlainJson } from '../text/exits.ts'
import { type Announcement, eventSource } from './announcement.ts'

/** Puts one event on the bus. Throws if the bus does not take it. */
export type Send = (event: Announcement) => Promise<void>

/** How long a send may delay the end of a run. */
const longestMs = 10_000

/** Returns a function that sends to the bus of this name. */
export function eventBus(busName: string, limitMs = longestMs): Send {
  const requestHandler = {
    connectionTimeout: 2_000,
    requestTimeout: 4_000,
    throwOnRequestTimeout: true,
    ...awsAgents(),
  }
  const client = new EventBridgeClient({ requestHandler, maxAttempts: 2 })
  return async ({ detailType, detail }) => {
    const put = new PutEventsCommand({
      Entries: [
        {
          EventBusName: busName,
          Source: eventSource,
          DetailType: detailType,
          Detail: toPlainJson(detail),
        },
      ],
    })
    const { FailedEntryCount, Entries } = await within(limitMs, `Sending "${detailType}"`, abortSignal =>
      client.send(put, { abortSignal }),
    )
    // The call itself succeeds even if the bus takes none of its entries.
    if (FailedEntryCount !== 0) {
      const { ErrorCode = 'no code', ErrorMessage = 'no message' } = Entries?.[0] ?? {}
      throw new Error(`EventBridge did not take "${detailType}": ${ErrorCode}, ${ErrorMessage}`)
    }
  }
}
