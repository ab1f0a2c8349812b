import { ArnFormat, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { detailTypes, eventSource } from '../../lambda/events/announcement.ts'
import { SettingError } from '../settings/setting-error.ts'
import type { Settings } from '../settings.ts'

/** Every account has it, it costs nothing but a dollar for a million events, and other rules listen there already. */
const busName = 'default'

/** Lambda takes 4 KB for all variables of a function together. */
const mostBytesOfMutes = 2_500

/**
 * The variables with which the function announces new detections.
 * @throws SettingError where the mutes do not fit into them.
 */
export function eventVariables({
  muted,
  timeZone,
}: Pick<Settings, 'muted' | 'timeZone'>): Record<string, string> {
  const mutes = JSON.stringify(muted.map(({ tenant, until }) => ({ tenant, until })))
  if (Buffer.byteLength(mutes) > mostBytesOfMutes) {
    throw new SettingError(
      `Setting "muted" names ${muted.length} tenants, which is more than the function can be told. Allowed: some thirty. ` +
        'Take out those whose day is over.',
    )
  }
  return {
    EVENT_BUS_NAME: busName,
    ...(muted.length > 0 && { MUTED: mutes }),
    ...(timeZone && { TIME_ZONE: timeZone }),
  }
}

/** The right to announce as this product, and as nobody else, on the account's default bus. */
export const announcing = (scope: Construct): PolicyStatement =>
  new PolicyStatement({
    sid: 'Announce',
    actions: ['events:PutEvents'],
    resources: [
      Stack.of(scope).formatArn({
        service: 'events',
        resource: 'event-bus',
        resourceName: busName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    ],
    // To IAM both are lists (Service Authorization Reference), to which StringEquals alone does not apply. Of a list that is
    // not there, all values are equal to anything, hence Null.
    conditions: {
      'ForAllValues:StringEquals': { 'events:source': eventSource, 'events:detail-type': [...detailTypes] },
      Null: { 'events:source': 'false', 'events:detail-type': 'false' },
    },
  })
