import { readFileSync } from 'node:fs'
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detailTypes, eventSource } from '../../../lambda/events/announcement.ts'
import { hasMoto, startMoto } from '../../local/aws/moto.ts'

type Rule = {
  readonly EventPattern: Readonly<Record<string, readonly string[]>>
  readonly Targets: readonly {
    readonly InputTransformer: {
      readonly InputPathsMap: Readonly<Record<string, string>>
      readonly InputTemplate: {
        readonly 'Fn::If': readonly [condition: 'IsSlack', slack: string, teams: string]
      }
    }
  }[]
}
const file = new URL('../../../docs/chat.template.json', import.meta.url)
const rule: Rule = JSON.parse(readFileSync(file, 'utf8')).Resources.Rule.Properties

describe('the rule of docs/chat.template.json', () => {
  it('matches the source and all types of this product', () => {
    expect(rule.EventPattern).toEqual({ source: [eventSource], 'detail-type': [...detailTypes] })
  })

  const [target] = rule.Targets
  const [, slack = '', teams = ''] = target?.InputTransformer.InputTemplate['Fn::If'] ?? []
  const message = 'Sophos answered 401, "Unauthorized"'
  /** As EventBridge does: a variable becomes JSON where it stands outside of quotes. */
  const fill = (template: string) => JSON.parse(template.replace('<message>', JSON.stringify(message)))

  it('takes the message of an event', () => {
    expect(target?.InputTransformer.InputPathsMap).toEqual({ message: '$.detail.message' })
  })

  it('hands it to Slack as plain text, in which it reads no mention, link or format', () => {
    expect(fill(slack)).toEqual({
      text: 'Sophos Detections Dashboard',
      blocks: [{ type: 'section', text: { type: 'plain_text', emoji: false, text: message } }],
    })
  })

  it('hands it to Teams as a run of text, in which it reads no Markdown', () => {
    const { body } = fill(teams).attachments[0].content
    expect(body).toEqual([{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: message }] }])
  })
})

describe.skipIf(!hasMoto)(
  `the rule, on the EventBridge of moto${hasMoto ? '' : ', which is not installed here'}`,
  () => {
    let moto: Awaited<ReturnType<typeof startMoto>>
    let events: EventBridgeClient

    /** Calls SQS without its SDK, which nothing else in this project needs. */
    const queue = async (action: string, request: Record<string, unknown>) => {
      const answer = await fetch(moto.url, {
        method: 'POST',
        body: JSON.stringify(request),
        headers: {
          authorization: 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/sqs/aws4_request',
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `AmazonSQS.${action}`,
        },
      })
      return answer.json()
    }

    beforeAll(async () => {
      moto = await startMoto('unused', '{}')
      const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
      events = new EventBridgeClient({ endpoint: moto.url, region: 'us-east-1', credentials })
      await queue('CreateQueue', { QueueName: 'chat' })
      const EventPattern = JSON.stringify(rule.EventPattern)
      await events.send(new PutRuleCommand({ Name: 'chat', EventPattern }))
      const Arn = 'arn:aws:sqs:us-east-1:123456789012:chat'
      await events.send(new PutTargetsCommand({ Rule: 'chat', Targets: [{ Id: 'queue', Arn }] }))
    })
    afterAll(async () => {
      events.destroy()
      await moto.close()
    })

    it('matches every event of this product and no other', async () => {
      const put = (Source: string, DetailType: string) =>
        events.send(new PutEventsCommand({ Entries: [{ Source, DetailType, Detail: '{"message":"x"}' }] }))
      for (const type of detailTypes) await put(eventSource, type)
      await put('another-product', detailTypes[0])
      await put(eventSource, 'Something else')
      const QueueUrl = `${moto.url}/123456789012/chat`
      const { Messages } = await queue('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 })
      const types = Messages.map(({ Body }: { Body: string }) => JSON.parse(Body)['detail-type'])
      expect(types.sort()).toEqual([...detailTypes].sort())
    })
  },
)
