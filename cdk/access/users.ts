import { KeyValueStore } from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'
import { globalName } from '../serving/global-name.ts'

/**
 * The users who sign in by password: one record for each, with a salted hash. The store is empty after the first
 * deploy, so no one can sign in until a user is added. It exists whatever "access" says, so users survive a week of
 * "public". Deleting the stack always deletes it: a new installation creates its own store and could not use an old
 * one.
 */
export class Users extends KeyValueStore {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      keyValueStoreName: globalName(scope, id, 64),
      comment: 'Users of the Sophos detections dashboard: salted hashes of their passwords',
    })
  }
}
