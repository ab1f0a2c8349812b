import { App, Stack } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { eventVariables, putEventsStatement } from '../../../cdk/collector/events.ts'
import { readEventSettings } from '../../../lambda/events/settings.ts'

describe('the permission to send events', () => {
  it('is for the default bus, this source, and the known event types', () => {
    const stack = new Stack(
      new App({ analyticsReporting: false, builtinCloudFormationValidation: false }),
      'Test',
    )
    expect(stack.resolve(putEventsStatement(stack).toStatementJson())).toEqual({
      Sid: 'Announce',
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':events:',
            { Ref: 'AWS::Region' },
            ':',
            { Ref: 'AWS::AccountId' },
            ':event-bus/default',
          ],
        ],
      },
      Condition: {
        'ForAllValues:StringEquals': {
          'events:source': 'sophos-detections-dashboard',
          'events:detail-type': ['New detections', 'Back to quiet', 'Run failed', 'Run recovered'],
        },
        Null: { 'events:source': 'false', 'events:detail-type': 'false' },
      },
    })
  })
})

describe('the variable with the mutes', () => {
  const muted = [
    { tenant: 'Baker Ltd', until: '2027-01-31', why: 'a test' },
    { tenant: 'b', until: '2027-02-28' },
  ]

  it('can be parsed by the function', () => {
    const settings = readEventSettings(eventVariables({ muted, timeZone: 'Europe/Berlin' }))
    expect(settings?.busName).toBe('default')
    const isMuted = settings?.mutedAt(Date.parse('2027-01-31T22:59:59Z'))
    expect([isMuted?.({ id: 'x', name: 'Baker Ltd' }), isMuted?.({ id: 'b', name: 'x' })]).toEqual([
      true,
      true,
    ])
    const later = settings?.mutedAt(Date.parse('2027-01-31T23:00:00Z'))
    expect([later?.({ id: 'x', name: 'Baker Ltd' }), later?.({ id: 'b', name: 'x' })]).toEqual([false, true])
  })

  it('is refused at synth if Lambda would refuse it at deploy', () => {
    const many = Array.from({ length: 60 }, (_, n) => ({
      tenant: `Tenant ${n}`.padEnd(36),
      until: '2027-01-31',
    }))
    expect(() => eventVariables({ muted: many, timeZone: undefined })).toThrow(
      /^Setting "muted" has 60 tenants/,
    )
  })
})
