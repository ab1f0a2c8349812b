import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { Construct } from 'constructs'
import { bucketRemoval } from '../bucket-removal.ts'
import { buildOutput } from '../build-output.ts'
import type { Settings } from '../settings.ts'
import { pageSettings } from './page-settings.ts'

/** The built page in its own bucket, with caching times for its files. */
export class Site extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      ...bucketRemoval(settings.keepData),
    })

    const site = buildOutput('site', 'index.html')
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // No invalidation through `distribution`: that needs permission on every distribution of the account, and
    // index.html expires after 30 seconds anyway.
    const deployment = { destinationBucket: this.bucket, logGroup, role: this.copierRole(logGroup) }

    // Never pruned: a page opened before a deploy, or a cached index.html, still needs the files of its own build.
    // They add about ten kilobytes per deploy. They cannot expire by age, because unchanged files are not uploaded
    // again.
    const assets = new BucketDeployment(this, 'Assets', {
      ...deployment,
      sources: [Source.asset(`${site}/assets`)],
      destinationKeyPrefix: 'assets',
      prune: false,
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    })
    // Pruned, so files removed from the build are no longer served. `exclude` protects assets/.
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
    // Upload the assets before the page that refers to them.
    page.node.addDependency(assets)
  }

  /** The role of the function that copies the page. CDK's own could write to every log group and create new ones. */
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
