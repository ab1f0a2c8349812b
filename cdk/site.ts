import { RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { Construct } from 'constructs'
import { buildOutput } from './build-output.ts'

/** The built page in a bucket of its own, with how long a browser may keep each part. */
export class Site extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // CloudFormation cannot remove a bucket with files in it; emptying it would take one more function that may delete.
      removalPolicy: RemovalPolicy.RETAIN,
    })

    const site = buildOutput('site', 'index.html')
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // No `distribution` to invalidate: that takes a permission on every distribution of the account, and index.html is
    // asked for again after 30 seconds anyway.
    const deployment = { destinationBucket: this.bucket, logGroup }

    // Never pruned: a page opened before a deploy, or an index.html from an edge cache, still asks for the files of its
    // own build. They are some ten kilobytes a deploy, and cannot expire by age: an unchanged file is not uploaded again.
    const assets = new BucketDeployment(this, 'Assets', {
      ...deployment,
      sources: [Source.asset(`${site}/assets`)],
      destinationKeyPrefix: 'assets',
      prune: false,
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    })
    // Pruned, so that a file which a build no longer has is no longer served. `exclude` keeps assets/ out of the pruning.
    const page = new BucketDeployment(this, 'Page', {
      ...deployment,
      sources: [Source.asset(site, { exclude: ['assets'] })],
      exclude: ['assets/*'],
      prune: true,
      cacheControl: [CacheControl.fromString('public, max-age=0, s-maxage=30, must-revalidate')],
    })
    // The page goes up after what it refers to.
    page.node.addDependency(assets)
  }
}
