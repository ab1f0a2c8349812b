import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { Construct } from 'constructs'
import { bucketEnd } from '../bucket-removal.ts'
import { buildOutput } from '../build-output.ts'
import type { Settings } from '../settings.ts'
import { pageSettings } from './page-settings.ts'

/** The built page in a bucket of its own, with how long a browser may keep each part. */
export class Site extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      ...bucketEnd(settings.keepData),
    })

    const site = buildOutput('site', 'index.html')
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // No `distribution` to invalidate: that takes a permission on every distribution of the account, and index.html is
    // asked for again after 30 seconds anyway.
    const deployment = { destinationBucket: this.bucket, logGroup, role: this.copierRole(logGroup) }

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
      sources: [
        Source.asset(site, { exclude: ['assets'] }),
        Source.jsonData('settings.json', pageSettings(settings)),
      ],
      exclude: ['assets/*'],
      prune: true,
      cacheControl: [CacheControl.fromString('public, max-age=0, s-maxage=30, must-revalidate')],
    })
    // The page goes up after what it refers to.
    page.node.addDependency(assets)
  }

  /** Of the function that copies the page. The one that CDK makes may write to every log group and make new ones. */
  private copierRole(logGroup: LogGroup): Role {
    const role = new Role(this, 'CopierRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteOwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    return role
  }
}
