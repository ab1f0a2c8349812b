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
} from '../resources.ts'

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
  it('serves the page by default, and only five patterns from the data bucket', () => {
    const [, { Properties }] = only('AWS::CloudFront::Distribution')
    const { Origins } = Properties.DistributionConfig as {
      Origins: { Id: string; DomainName: { 'Fn::GetAtt': string[] } }[]
    }
    const bucketOf = (behaviour: Behaviour) =>
      Origins.find(({ Id }) => Id === behaviour.TargetOriginId)?.DomainName['Fn::GetAtt'][0]
    expect(behaviours().map(one => [one.PathPattern, bucketOf(one)])).toEqual([
      [undefined, siteBucket],
      ['/detections.csv', dataBucket],
      ['/community/detections.csv', dataBucket],
      ['/status.json', dataBucket],
      ['/access-report.json', dataBucket],
      ['/history/*', dataBucket],
    ])
  })

  it('can read only the published objects in the data bucket, so no URL reaches state/', () => {
    const granted = all('AWS::S3::BucketPolicy')
      .filter(([, policy]) => JSON.stringify(policy.Properties.Bucket).includes(dataBucket))
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Effect }) => Effect === 'Allow')
    expect(JSON.stringify(granted[0])).toContain(`":distribution/",{"Ref":"${distribution}"}`)
    expect(granted).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: [
          'access-report.json',
          'community/detections.csv',
          'detections.csv',
          'history/*',
          'status.json',
        ].map(inData),
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

  it('never answers a missing file with the page: only / is index.html, and there are no error pages', () => {
    const [, { Properties }] = only('AWS::CloudFront::Distribution')
    expect(Properties.DistributionConfig).toMatchObject({ DefaultRootObject: 'index.html' })
    expect(Properties.DistributionConfig).not.toHaveProperty('CustomErrorResponses')
  })

  it('redirects the page to https and refuses data without it, supports HTTP/2 and 3, and accepts only GET and HEAD', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { HttpVersion: 'http2and3' },
    })
    for (const behaviour of behaviours()) {
      expect(behaviour).toMatchObject({
        AllowedMethods: ['GET', 'HEAD'],
        ViewerProtocolPolicy: behaviour.PathPattern ? 'https-only' : 'redirect-to-https',
      })
    }
  })

  it('adds the security headers to every behaviour and overrides those of a bucket', () => {
    const [id, { Properties }] = only('AWS::CloudFront::ResponseHeadersPolicy')
    for (const behaviour of behaviours()) expect(behaviour.ResponseHeadersPolicyId).toEqual({ Ref: id })
    expect(Properties.ResponseHeadersPolicyConfig).toMatchObject({
      SecurityHeadersConfig: {
        ContentSecurityPolicy: {
          ContentSecurityPolicy:
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        },
        ContentTypeOptions: {},
        FrameOptions: { FrameOption: 'DENY' },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
      },
      CustomHeadersConfig: {
        Items: [
          { Header: 'cross-origin-opener-policy', Value: 'same-origin' },
          { Header: 'cross-origin-resource-policy', Value: 'same-origin' },
          { Header: 'permissions-policy', Value: expect.stringContaining('camera=()') },
          { Header: 'x-robots-tag', Value: 'noindex' },
        ],
      },
    })
    expect(JSON.stringify(Properties)).not.toContain('"Override":false')
  })

  it('compresses every behaviour, with a policy that follows Cache-Control', () => {
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
    // Above zero, or CloudFront caches nothing compressed. At most s-maxage=30, or it would override that.
    expect(config.MinTTL).toBeGreaterThan(0)
    expect(config.MinTTL).toBeLessThanOrEqual(30)
    expect(config.MaxTTL).toBeGreaterThanOrEqual(31_536_000)
  })

  it('caches hashed files for a year and revalidates all others', () => {
    const cacheControls = all('Custom::CDKBucketDeployment').map(([, { Properties }]) => [
      Properties.DestinationBucketKeyPrefix,
      Properties.SystemMetadata,
    ])
    expect(cacheControls).toEqual([
      ['assets', { 'cache-control': 'public, max-age=31536000, immutable' }],
      [undefined, { 'cache-control': 'public, max-age=0, s-maxage=30, must-revalidate' }],
    ])
  })
})

describe('access', () => {
  const access = (value: string | undefined) => variant({ access: value })

  it.each(['password', undefined, '203.0.113.0/24', 'password,203.0.113.0/24'])(
    'by %s is checked on every behaviour, before the cache',
    value => {
      const found = behaviours(access(value))
      expect(found).toHaveLength(6)
      const [id] = only('AWS::CloudFront::Function', access(value))
      for (const behaviour of found) {
        expect(behaviour.FunctionAssociations).toEqual([
          { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': [id, 'FunctionARN'] } },
        ])
      }
      access(value).hasResourceProperties('AWS::CloudFront::Function', {
        AutoPublish: true,
        FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
      })
    },
  )

  it('has no function only if it is set to "public"', () => {
    access('public').resourceCountIs('AWS::CloudFront::Function', 0)
    for (const behaviour of behaviours(access('public')))
      expect(behaviour.FunctionAssociations ?? []).toEqual([])
  })

  it('by password reads the store of users, which is empty after a deploy', () => {
    const [id, { Properties }] = only('AWS::CloudFront::KeyValueStore', access('password'))
    expect(Properties).not.toHaveProperty('ImportSource')
    access('password').hasResourceProperties('AWS::CloudFront::Function', {
      FunctionConfig: {
        KeyValueStoreAssociations: [{ KeyValueStoreARN: { 'Fn::GetAtt': [id, 'Arn'] } }],
      },
    })
  })

  it('never removes the users: their store has the same logical id with any setting', () => {
    for (const value of ['password', '203.0.113.0/24', 'public'])
      expect(only('AWS::CloudFront::KeyValueStore', access(value))[0]).toBe('DashboardUsersC3F8C0F3')
  })

  it('is possible over IPv6, except with IPv4 ranges only, which would always refuse it', () => {
    const cases = {
      '203.0.113.0/24': false,
      'password,203.0.113.0/24': false,
      '203.0.113.0/24,2001:db8::/32': true,
      password: true,
      public: true,
    }
    for (const [value, enabled] of Object.entries(cases)) {
      access(value).hasResourceProperties('AWS::CloudFront::Distribution', {
        DistributionConfig: { IPV6Enabled: enabled },
      })
    }
  })

  it('does not affect the cache: its key contains no password, no cookie and no query', () => {
    const [, { Properties }] = only('AWS::CloudFront::CachePolicy')
    expect(Properties.CachePolicyConfig).toMatchObject({
      ParametersInCacheKeyAndForwardedToOrigin: {
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
      },
    })
    for (const behaviour of behaviours()) expect(behaviour).not.toHaveProperty('OriginRequestPolicyId')
  })
})

describe('a custom domain', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab'
  const custom = variant({ domainName: 'detections.example.com', certificateArn })

  it('is served with its certificate, over TLS 1.2 or later', () => {
    custom.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['detections.example.com'],
        ViewerCertificate: {
          AcmCertificateArn: certificateArn,
          MinimumProtocolVersion: 'TLSv1.2_2021',
          SslSupportMethod: 'sni-only',
        },
      },
    })
    custom.hasOutput('DashboardUrl', { Value: 'https://detections.example.com/' })
  })

  it('has an output with the name that its CNAME must point to', () => {
    custom.hasOutput('PointDomainTo', { Value: { 'Fn::GetAtt': [distribution, 'DomainName'] } })
    expect(template.findOutputs('PointDomainTo')).toEqual({})
  })

  it('keeps the same distribution', () => {
    expect(only('AWS::CloudFront::Distribution', custom)[0]).toBe(distribution)
  })
})

describe('the price class', () => {
  it.each([
    ['100', 'PriceClass_100'],
    ['200', 'PriceClass_200'],
    ['all', 'PriceClass_All'],
  ])('%s is %s', (priceClass, expected) => {
    variant({ priceClass }).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { PriceClass: expected },
    })
  })
})

describe('a name that is global in an account', () => {
  const namesIn = (of: typeof template): string[] =>
    [
      ['KeyValueStore'],
      ['Function'],
      ['OriginAccessControl', 'OriginAccessControlConfig'],
      ['ResponseHeadersPolicy', 'ResponseHeadersPolicyConfig'],
      ['CachePolicy', 'CachePolicyConfig'],
    ].flatMap(([type, config]) =>
      all(`AWS::CloudFront::${type}`, of).map(([, { Properties }]) =>
        JSON.stringify(Object(config ? Properties[config] : Properties).Name),
      ),
    )

  it('contains the region, so the same stack can be deployed to two regions', () => {
    const names = namesIn(template)
    expect(new Set(names).size).toBe(6)
    for (const name of names) expect(name).toContain('{"Ref":"AWS::Region"}')
  })

  it('contains the stack, so two stacks can be deployed to one region', () => {
    const names = namesIn(template)
    for (const name of namesIn(variant({ stackName: 'Second' }))) expect(names).not.toContain(name)
  })

  it("fits CloudFront's limit of 64 characters, with any stack and region name", () => {
    for (const stackName of ['S', 'S'.repeat(64)]) {
      const [, store] = only('AWS::CloudFront::KeyValueStore', variant({ stackName }))
      const text = JSON.stringify(store.Properties.Name).replace('{"Ref":"AWS::Region"}', '"ap-northeast-1"')
      const name = JSON.parse(text)['Fn::Join'][1].join('')
      expect(name).toMatch(/^[\w-]{1,64}$/)
    }
  })
})
