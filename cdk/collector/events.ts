import { ArnFormat, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { detailTypes, eventSource } from '../../lambda/events/announcement.ts'
import { SettingError } from '../settings/setting-error.ts'
import type { Settings } from '../settings.ts'

/** Every account has this bus, existing rules already use it, and it costs only a dollar per million events. */
const busName = 'default'

/** Lambda allows 4 KB for all environment variables together. */
const maxMuteBytes = 2_500

/**
 * Returns the environment variables for the function's events.
 * @throws SettingError if the mutes do not fit.
 */
export function eventVariables({
  muted,
  timeZone,
}: Pick<Settings, 'muted' | 'timeZone'>): Record<string, string> {
  const mutes = JSON.stringify(muted.map(({ tenant, until }) => ({ tenant, until })))
  if (Buffer.byteLength(mutes) > maxMuteBytes) {
    throw new SettingError(
      `Setting "muted" has ${muted.length} tenants, too many for the function's environment variables. ` +
        'Allowed: about 30. Remove mutes that have ended.',
    )
  }
  return {
    EVENT_BUS_NAME: busName,
    ...(muted.length > 0 && { MUTED: mutes }),
    ...(timeZone && { TIME_ZONE: timeZone }),
  }
}

/** Returns the permission to send this product's events, and no others, to the account's default bus. */
export const putEventsStatement = (scope: Construct): PolicyStatement =>
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
    // Both keys are lists in IAM (Service Authorization Reference), so StringEquals alone does not apply.
    // ForAllValues also matches a missing list, so Null requires the keys.
    conditions: {
      'ForAllValues:StringEquals': { 'events:source': eventSource, 'events:detail-type': [...detailTypes] },
      Null: { 'events:source': 'false', 'events:detail-type': 'false' },
    },
  })
