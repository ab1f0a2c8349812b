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
import { published } from '../data-bucket.ts'
import type { Access } from '../settings/access.ts'
import type { Settings } from '../settings.ts'
import { globalName } from './global-name.ts'
import { SecurityHeaders } from './security-headers.ts'

type Props = {
  readonly settings: Pick<Settings, 'access' | 'domain' | 'priceClass'>
  readonly site: IBucket
  readonly data: IBucket
}

const priceClasses = {
  '100': PriceClass.PRICE_CLASS_100,
  '200': PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
}

/**
 * Serves the page and its data at one address, to the viewers that `access` allows. There are no error pages: a
 * missing data file must be an error, not index.html with a 200, which the page would read as data.
 */
export class Dashboard extends Construct {
  readonly distribution: Distribution
  readonly users: Users
  readonly url: string

  constructor(scope: Construct, id: string, { settings, site, data }: Props) {
    super(scope, id)
    const { access, domain } = settings
    this.users = new Users(this, 'Users')
    const shared = this.sharedBehaviour(access)
    const dataOrigin = this.dataOrigin(data)
    // People type addresses without https, and are redirected. A program would send its password in clear each time.
    const viewerProtocolPolicy = ViewerProtocolPolicy.HTTPS_ONLY

    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Sophos detections dashboard',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: priceClasses[settings.priceClass],
      // If all ranges are IPv4, an office with IPv4 and IPv6 would connect over IPv6 and be refused.
      enableIpv6: access === 'public' || hasIpv6(access.ranges),
      ...this.customDomain(domain),
      defaultBehavior: { ...shared, origin: this.siteOrigin(site) },
      additionalBehaviors: Object.fromEntries(
        published.map(key => [`/${key}`, { ...shared, viewerProtocolPolicy, origin: dataOrigin }]),
      ),
    })
    this.url = `https://${domain ? domain.name : this.distribution.distributionDomainName}/`
    this.allowPublishedObjects(data)
  }

  private sharedBehaviour(access: Access): Omit<BehaviorOptions, 'origin'> {
    return {
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: new SecurityHeaders(this, 'SecurityHeaders'),
      compress: true,
      // The access function runs before the cache, so all users share one copy, and no copy is served without the
      // check. The cache key has no viewer header except Accept-Encoding, so the password is neither in the key nor
      // passed on.
      cachePolicy: new CachePolicy(this, 'WriterDecides', {
        comment: 'The Cache-Control of each object sets its caching time',
        // With zero, CloudFront would not cache compressed objects.
        minTtl: Duration.seconds(1),
        defaultTtl: Duration.seconds(30),
        maxTtl: Duration.days(365),
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      }),
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
   * Only a custom domain can set a minimum TLS version. On `*.cloudfront.net`, CloudFront also accepts TLS 1.0 and 1.1,
   * which current browsers do not offer.
   */
  private customDomain(domain: Settings['domain']): Partial<DistributionProps> {
    if (!domain) return {}
    return {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    }
  }

  private siteOrigin(site: IBucket): IOrigin {
    return S3BucketOrigin.withOriginAccessControl(site, {
      originAccessControl: this.accessControl('SiteReader'),
    })
  }

  /** S3BucketOrigin.withOriginAccessControl() would let CloudFront read the whole bucket, including `state/`. */
  private dataOrigin(data: IBucket): IOrigin {
    const { originAccessControlId } = this.accessControl('DataReader')
    return S3BucketOrigin.withBucketDefaults(data, { originAccessControlId })
  }

  /** Signs every request to a bucket, and replaces any `Authorization` header from the viewer. */
  private accessControl(id: string): S3OriginAccessControl {
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
