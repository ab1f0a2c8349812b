import { Duration } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { datasets } from '../lambda/datasets/list.ts'
import { filesOf } from '../lambda/publish/published-dataset.ts'
import { bucketRemoval } from './bucket-removal.ts'

/** The keys that CloudFront can read, which are also their URL paths: the files of each dataset, and what all share. */
export const published = [...datasets.flatMap(filesOf), 'status.json', 'access-report.json', 'history/*']

type Props = { readonly historyDays: number; readonly keepData: boolean }

/**
 * Holds everything that runs write: what is `published`, and `state/`, which is not. It is separate from the
 * page, so deploying the page never deletes data. With `keepData` it outlives the stack.
 */
export class DataBucket extends Bucket {
  constructor(scope: Construct, id: string, { historyDays, keepData }: Props) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // One day to recover from a mistake or a broken release. Not longer: every run rewrites whole files, about a
      // hundred versions a day, and old ones have no use.
      versioned: true,
      lifecycleRules: [
        {
          id: 'ForgetOldVersions',
          noncurrentVersionExpiration: Duration.days(1),
          expiredObjectDeleteMarker: true,
        },
        { id: 'ForgetOldHistory', prefix: 'history/', expiration: Duration.days(historyDays) },
      ],
      ...bucketRemoval(keepData),
    })
  }
}
