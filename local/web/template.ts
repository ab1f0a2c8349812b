import * as v from 'valibot'

// The parts of a CloudFormation template that say how the dashboard is served. Where the objects are strict, an unknown key
// is something that CloudFront would do and this server does not: it is refused, so that a local run never looks better
// or worse than the deployment.

const ref = v.object({ Ref: v.string() })
const attribute = v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.string()]) })
const override = v.boolean()

const behaviour = {
  AllowedMethods: v.array(v.string()),
  CachePolicyId: ref,
  Compress: v.boolean(),
  FunctionAssociations: v.optional(
    v.array(v.strictObject({ EventType: v.literal('viewer-request'), FunctionARN: attribute })),
    [],
  ),
  ResponseHeadersPolicyId: ref,
  TargetOriginId: v.string(),
  // Not played: there is no https on loopback to redirect to.
  ViewerProtocolPolicy: v.string(),
}

export const distribution = v.object({
  DistributionConfig: v.strictObject({
    CacheBehaviors: v.array(v.strictObject({ ...behaviour, PathPattern: v.string() })),
    DefaultCacheBehavior: v.strictObject(behaviour),
    DefaultRootObject: v.string(),
    Origins: v.array(v.object({ Id: v.string(), DomainName: attribute })),
    Enabled: v.literal(true),
    Comment: v.string(),
    HttpVersion: v.string(),
    IPV6Enabled: v.boolean(),
    // Where from, under which name, and in which TLS: nothing of it shows on loopback.
    PriceClass: v.optional(v.string()),
    Aliases: v.optional(v.array(v.string())),
    ViewerCertificate: v.optional(v.unknown()),
  }),
})

/** Its TTLs are not played: this server keeps nothing and asks the origin every time. */
export const cachePolicy = v.object({
  CachePolicyConfig: v.object({
    ParametersInCacheKeyAndForwardedToOrigin: v.object({
      EnableAcceptEncodingBrotli: v.boolean(),
      EnableAcceptEncodingGzip: v.boolean(),
    }),
  }),
})

export const headersPolicy = v.object({
  ResponseHeadersPolicyConfig: v.strictObject({
    Name: v.unknown(),
    CustomHeadersConfig: v.object({
      Items: v.array(v.object({ Header: v.string(), Value: v.string(), Override: override })),
    }),
    SecurityHeadersConfig: v.strictObject({
      ContentSecurityPolicy: v.object({ ContentSecurityPolicy: v.string(), Override: override }),
      ContentTypeOptions: v.object({ Override: override }),
      FrameOptions: v.object({ FrameOption: v.string(), Override: override }),
      ReferrerPolicy: v.object({ ReferrerPolicy: v.string(), Override: override }),
      StrictTransportSecurity: v.strictObject({ AccessControlMaxAgeSec: v.number(), Override: override }),
    }),
  }),
})

export const edgeFunction = v.object({
  FunctionCode: v.string(),
  FunctionConfig: v.object({
    Runtime: v.literal('cloudfront-js-2.0'),
    KeyValueStoreAssociations: v.optional(
      v.pipe(v.array(v.object({ KeyValueStoreARN: attribute })), v.maxLength(1)),
      [],
    ),
  }),
})

export const keyValueStore = v.object({ Name: v.unknown() })

export const bucketPolicy = v.object({
  Bucket: ref,
  PolicyDocument: v.object({ Statement: v.array(v.unknown()) }),
})

const objectsIn = v.object({ 'Fn::Join': v.tuple([v.literal(''), v.tuple([attribute, v.string()])]) })

/** A statement of a bucket policy that lets CloudFront read objects. */
export const readStatement = v.object({
  Effect: v.literal('Allow'),
  Principal: v.object({ Service: v.literal('cloudfront.amazonaws.com') }),
  Action: v.literal('s3:GetObject'),
  Resource: v.union([v.array(objectsIn), objectsIn]),
})

export const deployment = v.object({
  DestinationBucketName: ref,
  DestinationBucketKeyPrefix: v.optional(v.string(), ''),
  SystemMetadata: v.object({ 'cache-control': v.string() }),
})

/** Among the functions, the collector is the one that is told of the data bucket. */
export const lambdaFunction = v.object({
  Environment: v.object({ Variables: v.object({ DATA_BUCKET: v.optional(ref) }) }),
})

const anyTemplate = v.object({
  Resources: v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(v.unknown()) })),
})

/**
 * The properties of all resources of one type, by logical id.
 * @throws Error where they are not of the form that this server plays.
 */
export function resourcesOf<const Schema extends v.GenericSchema>(
  template: unknown,
  type: string,
  schema: Schema,
): Map<string, v.InferOutput<Schema>> {
  const found = new Map<string, v.InferOutput<Schema>>()
  for (const [id, resource] of Object.entries(v.parse(anyTemplate, template).Resources)) {
    if (resource.Type !== type) continue
    const parsed = v.safeParse(schema, resource.Properties)
    if (!parsed.success) {
      const [issue] = parsed.issues
      throw new Error(
        `The local web server does not play this of ${id} (${type}): ${v.getDotPath(issue)}. ${issue.message}`,
      )
    }
    found.set(id, parsed.output)
  }
  return found
}
