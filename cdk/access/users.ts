import { KeyValueStore } from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'
import { globalName } from '../serving/global-name.ts'

/**
 * Who may read the dashboard by password: one record for each user, with a salted hash. Empty after the first deploy, so that
 * nobody gets in before somebody was added. There whatever the setting "access" says, so that users outlive a week of
 * "public". It goes with the stack, by no setting kept: another installation makes a store of its own and would not find it.
 */
export class Users extends KeyValueStore {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      keyValueStoreName: globalName(scope, id, 64),
      comment: 'Users of the Sophos detections dashboard: salted hashes of their passwords',
    })
  }
}
