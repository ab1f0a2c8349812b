import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

/**
 * Everything that runs write: `detections.csv`, `status.json`, `history/` and `state/`. A bucket of its own, so that no
 * deployment of the page ever has a reason to delete in it, and kept when the stack goes.
 */
export class DataBucket extends Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      versioned: true,
      // A week to get a good file back. Every write leaves a version, some thousands a week; the largest, the CSV of
      // 10,000 tenants, has two megabytes.
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(7), expiredObjectDeleteMarker: true }],
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }
}
