import { Duration } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { bucketEnd } from './bucket-removal.ts'

type Props = { readonly historyDays: number; readonly keepData: boolean }

/**
 * Everything that runs write: `detections.csv`, `status.json`, `history/` and `state/`. A bucket of its own, so that no
 * deployment of the page ever has a reason to delete in it; and kept when the stack goes, unless the settings say otherwise.
 */
export class DataBucket extends Bucket {
  constructor(scope: Construct, id: string, { historyDays, keepData }: Props) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // A day to get back what a hand or a broken version destroyed. Not longer: every run writes whole files anew, some
      // hundred versions a day, of which an older one is worth nothing.
      versioned: true,
      lifecycleRules: [
        {
          id: 'ForgetOldVersions',
          noncurrentVersionExpiration: Duration.days(1),
          expiredObjectDeleteMarker: true,
        },
        { id: 'ForgetOldHistory', prefix: 'history/', expiration: Duration.days(historyDays) },
      ],
      ...bucketEnd(keepData),
    })
  }
}
