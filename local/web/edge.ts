import * as v from 'valibot'
import {
  bucketPolicy,
  cachePolicy,
  deployment,
  distribution,
  edgeFunction,
  headersPolicy,
  keyValueStore,
  lambdaFunction,
  readStatement,
  resourcesOf,
} from './template.ts'

export type Origin = 'site' | 'data'
export type DeclaredHeader = { readonly name: string; readonly value: string; readonly override: boolean }

/** `hasStore`: it may read the stack's key-value store. */
type EdgeFunction = { readonly code: string; readonly hasStore: boolean }

/** How to answer requests for one path pattern. */
export type Behaviour = {
  readonly pathPattern: string
  readonly origin: Origin
  readonly methods: readonly string[]
  /** In CloudFront's order of preference. */
  readonly encodings: readonly ('br' | 'gzip')[]
  readonly headers: readonly DeclaredHeader[]
  /** Runs before anything else. */
  readonly viewerRequest: EdgeFunction | undefined
}

/** What the template declares about serving. Behaviours are in the order of matching; the last one is for `*`. */
export type Edge = {
  readonly rootObject: string
  readonly behaviours: readonly Behaviour[]
  /** For each origin, the keys that CloudFront may read by the bucket's policy, with `*` and `?` as wildcards. */
  readonly readable: Readonly<Record<Origin, readonly string[]>>
  /** The Cache-Control of the page's deployments, the longest prefix first. */
  readonly siteCacheControl: readonly { readonly prefix: string; readonly cacheControl: string }[]
}

/**
 * Reads the stack's template.
 * @throws Error if it declares something that the local web server does not support.
 */
export function readEdge(template: unknown): Edge {
  const { DistributionConfig: config } = only(
    resourcesOf(template, 'AWS::CloudFront::Distribution', distribution),
  )
  const deployments = [...resourcesOf(template, 'Custom::CDKBucketDeployment', deployment).values()]
  const functions = [...resourcesOf(template, 'AWS::Lambda::Function', lambdaFunction).values()]
  const buckets = {
    site: deployments[0]?.DestinationBucketName.Ref,
    data: functions.flatMap(({ Environment }) => Environment.Variables.DATA_BUCKET?.Ref ?? [])[0],
  }
  const originOf = (id: string): Origin => {
    const bucket = config.Origins.find(origin => origin.Id === id)?.DomainName['Fn::GetAtt'][0]
    if (bucket === undefined) throw new Error(`The template declares no origin ${id}.`)
    if (bucket === buckets.site) return 'site'
    if (bucket === buckets.data) return 'data'
    throw new Error(`The origin ${bucket} is neither the page's bucket nor the data bucket.`)
  }
  const policies = resourcesOf(template, 'AWS::CloudFront::CachePolicy', cachePolicy)
  const headers = resourcesOf(template, 'AWS::CloudFront::ResponseHeadersPolicy', headersPolicy)
  const functionOf = edgeFunctions(template)

  return {
    rootObject: config.DefaultRootObject,
    behaviours: [...config.CacheBehaviors, { ...config.DefaultCacheBehavior, PathPattern: '*' }].map(
      behaviour => {
        const cached = named(policies, behaviour.CachePolicyId.Ref).CachePolicyConfig
        const accepted = cached.ParametersInCacheKeyAndForwardedToOrigin
        const association = behaviour.FunctionAssociations[0]?.FunctionARN['Fn::GetAtt'][0]
        return {
          pathPattern: behaviour.PathPattern,
          origin: originOf(behaviour.TargetOriginId),
          methods: behaviour.AllowedMethods,
          encodings: [
            ...(behaviour.Compress && accepted.EnableAcceptEncodingBrotli ? (['br'] as const) : []),
            ...(behaviour.Compress && accepted.EnableAcceptEncodingGzip ? (['gzip'] as const) : []),
          ],
          headers: declaredHeaders(named(headers, behaviour.ResponseHeadersPolicyId.Ref)),
          viewerRequest: association === undefined ? undefined : functionOf(association),
        }
      },
    ),
    readable: { site: readableKeys(template, buckets.site), data: readableKeys(template, buckets.data) },
    siteCacheControl: deployments
      .map(one => ({
        prefix: one.DestinationBucketKeyPrefix,
        cacheControl: one.SystemMetadata['cache-control'],
      }))
      .sort((one, other) => other.prefix.length - one.prefix.length),
  }
}

function edgeFunctions(template: unknown): (id: string) => EdgeFunction {
  const functions = resourcesOf(template, 'AWS::CloudFront::Function', edgeFunction)
  const stores = resourcesOf(template, 'AWS::CloudFront::KeyValueStore', keyValueStore)
  return id => {
    const { FunctionCode: code, FunctionConfig: config } = named(functions, id)
    for (const { KeyValueStoreARN } of config.KeyValueStoreAssociations)
      named(stores, KeyValueStoreARN['Fn::GetAtt'][0])
    return { code, hasStore: config.KeyValueStoreAssociations.length > 0 }
  }
}

function declaredHeaders(policy: v.InferOutput<typeof headersPolicy>): readonly DeclaredHeader[] {
  const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = policy.ResponseHeadersPolicyConfig
  const header = (name: string, value: string, { Override }: { Override: boolean }): DeclaredHeader => ({
    name,
    value,
    override: Override,
  })
  const { ContentSecurityPolicy, FrameOptions, ReferrerPolicy, StrictTransportSecurity } = security
  return [
    header('content-security-policy', ContentSecurityPolicy.ContentSecurityPolicy, ContentSecurityPolicy),
    header('x-content-type-options', 'nosniff', security.ContentTypeOptions),
    header('x-frame-options', FrameOptions.FrameOption, FrameOptions),
    header('referrer-policy', ReferrerPolicy.ReferrerPolicy, ReferrerPolicy),
    header(
      'strict-transport-security',
      `max-age=${StrictTransportSecurity.AccessControlMaxAgeSec}`,
      StrictTransportSecurity,
    ),
    ...custom.Items.map(item => header(item.Header.toLowerCase(), item.Value, item)),
  ]
}

function readableKeys(template: unknown, bucket: string | undefined): string[] {
  return [...resourcesOf(template, 'AWS::S3::BucketPolicy', bucketPolicy).values()]
    .filter(policy => policy.Bucket.Ref === bucket)
    .flatMap(policy => policy.PolicyDocument.Statement)
    .flatMap(statement => {
      const parsed = v.safeParse(readStatement, statement)
      return parsed.success ? parsed.output.Resource : []
    })
    .map(resource => resource['Fn::Join'][1][1].slice('/'.length))
}

function only<Value>(values: ReadonlyMap<string, Value>): Value {
  const [value, ...more] = values.values()
  if (value === undefined || more.length > 0)
    throw new Error(`The template has ${values.size} distributions, not one.`)
  return value
}

function named<Value>(values: ReadonlyMap<string, Value>, id: string): Value {
  const value = values.get(id)
  if (value === undefined) throw new Error(`The template refers to ${id} but does not declare it.`)
  return value
}
