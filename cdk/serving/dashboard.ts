import { Duration, Stack } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  type DistributionProps,
  FunctionEventType,
  HttpVersion,
  type IOrigin,
  PriceClass,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { AccessFunction } from '../access/access-function.ts'
import { Users } from '../access/users.ts'
import type { Access } from '../settings/access.ts'
import type { Settings } from '../settings.ts'
import { globalName } from './global-name.ts'
import { SecurityHeaders } from './security-headers.ts'

type Props = {
  readonly settings: Pick<Settings, 'access' | 'domain' | 'priceClass'>
  readonly site: IBucket
  readonly data: IBucket
}

/** What CloudFront may read of the data bucket, and the path under which it does. `state/` is not among them. */
const published = ['detections.csv', 'status.json', 'access-report.json', 'history/*']

const priceClasses = {
  '100': PriceClass.PRICE_CLASS_100,
  '200': PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
}

/**
 * The page and the data beside it under one address, for those whom `access` admits. There are no error pages: a data file
 * that is missing is an error and never index.html with a 200, which the page would read as data.
 */
export class Dashboard extends Construct {
  readonly distribution: Distribution
  readonly users: Users
  readonly url: string

  constructor(scope: Construct, id: string, { settings, site, data }: Props) {
    super(scope, id)
    const { access, domain } = settings
    this.users = new Users(this, 'Users')
    const rules = this.rulesForEveryBehaviour(access)
    const dataOrigin = this.dataOrigin(data)

    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Sophos detections dashboard',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: priceClasses[settings.priceClass],
      // Where every range is IPv4, an office with both families would come by IPv6 and be refused.
      enableIpv6: access === 'public' || hasIpv6(access.ranges),
      ...this.ownDomain(domain),
      defaultBehavior: { ...rules, origin: this.siteOrigin(site) },
      additionalBehaviors: Object.fromEntries(
        published.map(key => [`/${key}`, { ...rules, origin: dataOrigin }]),
      ),
    })
    this.url = `https://${domain ? domain.name : this.distribution.distributionDomainName}/`
    this.allowPublishedObjects(data)
  }

  private rulesForEveryBehaviour(access: Access): Omit<BehaviorOptions, 'origin'> {
    return {
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: new SecurityHeaders(this, 'SecurityHeaders'),
      compress: true,
      // The function of `access` runs before the cache, so that one copy can serve all users and none is served past it.
      // The key holds no header of the viewer but Accept-Encoding: no copy for each user, and the password goes no further.
      cachePolicy: new CachePolicy(this, 'WriterDecides', {
        comment: 'How long an object is kept, its own Cache-Control says',
        // Not zero: CloudFront keeps no compressed objects then.
        minTtl: Duration.seconds(1),
        defaultTtl: Duration.seconds(30),
        maxTtl: Duration.days(365),
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      }),
      // With `public` there is nothing to check, and so no function.
      functionAssociations:
        access === 'public'
          ? []
          : [
              {
                eventType: FunctionEventType.VIEWER_REQUEST,
                function: new AccessFunction(this, 'Access', { access, users: this.users }),
              },
            ],
    }
  }

  /**
   * The oldest TLS that is spoken can be chosen for a name of one's own only. Under `*.cloudfront.net` CloudFront takes TLS 1.0
   * and 1.1 too, whatever is set here; no browser of this decade offers them.
   */
  private ownDomain(domain: Settings['domain']): Partial<DistributionProps> {
    if (!domain) return {}
    return {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    }
  }

  private siteOrigin(site: IBucket): IOrigin {
    return S3BucketOrigin.withOriginAccessControl(site, { originAccessControl: this.signs('SiteReader') })
  }

  /** S3BucketOrigin.withOriginAccessControl() would let CloudFront read the whole bucket, `state/` included. */
  private dataOrigin(data: IBucket): IOrigin {
    const { originAccessControlId } = this.signs('DataReader')
    return S3BucketOrigin.withBucketDefaults(data, { originAccessControlId })
  }

  /** Signs every request to a bucket, in place of whatever `Authorization` a viewer sent. */
  private signs(id: string): S3OriginAccessControl {
    return new S3OriginAccessControl(this, id, { originAccessControlName: globalName(this, id, 64) })
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

const hasIpv6 = (ranges: readonly string[]): boolean =>
  ranges.length === 0 || ranges.some(range => range.includes(':'))
