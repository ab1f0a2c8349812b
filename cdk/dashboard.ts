import { Duration, Stack } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  FunctionEventType,
  HttpVersion,
  type IOrigin,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { AccessFunction } from './access-function.ts'
import type { Access } from './access-setting.ts'
import { SecurityHeaders } from './security-headers.ts'

type Props = {
  readonly access: Access
  readonly site: IBucket
  readonly data: IBucket
}

/** What CloudFront may read of the data bucket, and the path under which it does. `state/` is not among them. */
const published = ['detections.csv', 'status.json', 'history/*']

/**
 * The page and the data beside it under one address, for those whom `access` admits. There are no error pages: a data file
 * that is missing is an error and never index.html with a 200, which the page would read as data.
 */
export class Dashboard extends Construct {
  readonly distribution: Distribution

  constructor(scope: Construct, id: string, { access, site, data }: Props) {
    super(scope, id)
    const rules = this.rulesForEveryBehaviour(access)
    const dataOrigin = this.dataOrigin(data)

    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Sophos detections dashboard',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      // Where every range is IPv4, an office with both families would come by IPv6 and be refused.
      enableIpv6: access === 'public' || access.some(range => range.includes(':')),
      defaultBehavior: { ...rules, origin: S3BucketOrigin.withOriginAccessControl(site) },
      additionalBehaviors: Object.fromEntries(
        published.map(key => [`/${key}`, { ...rules, origin: dataOrigin }]),
      ),
    })
    this.allowPublishedObjects(data)
  }

  private rulesForEveryBehaviour(access: Access): Omit<BehaviorOptions, 'origin'> {
    // With `public` there is nothing to check, and so no function.
    const functionAssociations =
      access === 'public'
        ? []
        : [
            {
              eventType: FunctionEventType.VIEWER_REQUEST,
              function: new AccessFunction(this, 'Access', access),
            },
          ]
    return {
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: new SecurityHeaders(this, 'SecurityHeaders'),
      compress: true,
      cachePolicy: new CachePolicy(this, 'WriterDecides', {
        comment: 'How long an object is kept, its own Cache-Control says',
        // Not zero: CloudFront keeps no compressed objects then.
        minTtl: Duration.seconds(1),
        defaultTtl: Duration.seconds(30),
        maxTtl: Duration.days(365),
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      }),
      functionAssociations,
    }
  }

  /** S3BucketOrigin.withOriginAccessControl() would let CloudFront read the whole bucket, `state/` included. */
  private dataOrigin(data: IBucket): IOrigin {
    const { originAccessControlId } = new S3OriginAccessControl(this, 'DataAccessControl')
    return S3BucketOrigin.withBucketDefaults(data, { originAccessControlId })
  }

  private allowPublishedObjects(data: IBucket): void {
    const sourceArn = Stack.of(this).formatArn({
      service: 'cloudfront',
      region: '',
      resource: 'distribution',
      resourceName: this.distribution.distributionId,
    })
    data.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ServePublishedObjects',
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject'],
        resources: published.map(key => data.arnForObjects(key)),
        conditions: { StringEquals: { 'AWS:SourceArn': sourceArn } },
      }),
    )
  }
}
