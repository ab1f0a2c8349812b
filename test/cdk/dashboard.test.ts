import { describe, expect, it } from 'vitest'
import {
  all,
  dataBucket,
  distribution,
  inData,
  only,
  siteBucket,
  statementsOf,
  template,
  variant,
} from './resources.ts'

type Behaviour = Record<string, unknown> & { PathPattern?: string }
function behaviours(of = template): Behaviour[] {
  const [, { Properties }] = only('AWS::CloudFront::Distribution', of)
  const config = Properties.DistributionConfig as {
    CacheBehaviors: Behaviour[]
    DefaultCacheBehavior: Behaviour
  }
  return [config.DefaultCacheBehavior, ...config.CacheBehaviors]
}

describe('CloudFront', () => {
  it('serves the page by default and of the data bucket three patterns only', () => {
    const [, { Properties }] = only('AWS::CloudFront::Distribution')
    const { Origins } = Properties.DistributionConfig as {
      Origins: { Id: string; DomainName: { 'Fn::GetAtt': string[] } }[]
    }
    const bucketOf = (behaviour: Behaviour) =>
      Origins.find(({ Id }) => Id === behaviour.TargetOriginId)?.DomainName['Fn::GetAtt'][0]
    expect(behaviours().map(one => [one.PathPattern, bucketOf(one)])).toEqual([
      [undefined, siteBucket],
      ['/detections.csv', dataBucket],
      ['/status.json', dataBucket],
      ['/history/*', dataBucket],
    ])
  })

  it('may read the published objects and nothing else of the data bucket, so that no URL reaches state/', () => {
    const granted = all('AWS::S3::BucketPolicy')
      .filter(([, policy]) => JSON.stringify(policy.Properties.Bucket).includes(dataBucket))
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Effect }) => Effect === 'Allow')
    expect(JSON.stringify(granted[0])).toContain(`":distribution/",{"Ref":"${distribution}"}`)
    expect(granted).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: [inData('detections.csv'), inData('status.json'), inData('history/*')],
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      }),
    ])
  })

  it('reads both buckets with signed requests', () => {
    const [, { Properties }] = only('AWS::CloudFront::Distribution')
    const { Origins } = Properties.DistributionConfig as { Origins: Record<string, unknown>[] }
    const controls = all('AWS::CloudFront::OriginAccessControl')
    for (const origin of Origins) {
      const control = controls.find(([id]) => JSON.stringify(origin.OriginAccessControlId).includes(id))?.[1]
      expect(control?.Properties.OriginAccessControlConfig).toMatchObject({
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
      })
    }
  })

  it('never answers a missing file with the page: / is index.html by its name, and there are no error pages', () => {
    const [, { Properties }] = only('AWS::CloudFront::Distribution')
    expect(Properties.DistributionConfig).toMatchObject({ DefaultRootObject: 'index.html' })
    expect(Properties.DistributionConfig).not.toHaveProperty('CustomErrorResponses')
  })

  it('redirects to https, speaks HTTP/2 and 3, and takes GET and HEAD only', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { HttpVersion: 'http2and3' },
    })
    for (const behaviour of behaviours()) {
      expect(behaviour).toMatchObject({
        AllowedMethods: ['GET', 'HEAD'],
        ViewerProtocolPolicy: 'redirect-to-https',
      })
    }
  })

  it('adds the security headers on every behaviour', () => {
    const [id, { Properties }] = only('AWS::CloudFront::ResponseHeadersPolicy')
    for (const behaviour of behaviours()) expect(behaviour.ResponseHeadersPolicyId).toEqual({ Ref: id })
    expect(Properties.ResponseHeadersPolicyConfig).toMatchObject({
      SecurityHeadersConfig: {
        ContentSecurityPolicy: {
          ContentSecurityPolicy:
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          Override: true,
        },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: true },
      },
      CustomHeadersConfig: { Items: [{ Header: 'X-Robots-Tag', Value: 'noindex', Override: true }] },
    })
  })

  it('compresses every behaviour under a policy that leaves the time to the writer', () => {
    const [id, { Properties }] = only('AWS::CloudFront::CachePolicy')
    for (const behaviour of behaviours()) {
      expect(behaviour).toMatchObject({ Compress: true, CachePolicyId: { Ref: id } })
    }
    const config = Properties.CachePolicyConfig as Record<string, number>
    expect(config).toMatchObject({
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingBrotli: true,
        EnableAcceptEncodingGzip: true,
        QueryStringsConfig: { QueryStringBehavior: 'none' },
      },
    })
    // Above zero, or nothing compressed is kept; below the writers' s-maxage=30, or it would win over them.
    expect(config.MinTTL).toBeGreaterThan(0)
    expect(config.MinTTL).toBeLessThanOrEqual(30)
    expect(config.MaxTTL).toBeGreaterThanOrEqual(31_536_000)
  })

  it('is told to keep hashed files for a year and to ask again for all others', () => {
    const said = all('Custom::CDKBucketDeployment').map(([, { Properties }]) => [
      Properties.DestinationBucketKeyPrefix,
      Properties.SystemMetadata,
    ])
    expect(said).toEqual([
      ['assets', { 'cache-control': 'public, max-age=31536000, immutable' }],
      [undefined, { 'cache-control': 'public, max-age=0, s-maxage=30, must-revalidate' }],
    ])
  })
})

describe('access', () => {
  const association = [
    { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': [expect.any(String), 'FunctionARN'] } },
  ]

  it.each([
    ['without the setting', {}],
    ['with ranges', { access: '203.0.113.0/24' }],
  ])('is checked on every behaviour %s', (_, context) => {
    const found = behaviours(variant(context))
    expect(found).toHaveLength(4)
    for (const behaviour of found) expect(behaviour.FunctionAssociations).toEqual(association)
    variant(context).hasResourceProperties('AWS::CloudFront::Function', {
      AutoPublish: true,
      FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
    })
  })

  it('has no function only where "public" is said in so many words', () => {
    const open = variant({ access: 'public' })
    open.resourceCountIs('AWS::CloudFront::Function', 0)
    for (const behaviour of behaviours(open)) expect(behaviour.FunctionAssociations ?? []).toEqual([])
  })

  it.each([
    ['203.0.113.0/24', false],
    ['203.0.113.0/24,2001:db8::/32', true],
    ['public', true],
  ])('by %s makes IPv6 %s, so that nobody comes by a family that is always refused', (access, enabled) => {
    variant({ access }).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { IPV6Enabled: enabled },
    })
  })
})
