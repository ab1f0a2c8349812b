import * as v from 'valibot'

// The parts of a CloudFormation template that define how the dashboard is served. In the strict objects, an unknown key
// is something that CloudFront would do and this server does not. It is an error, so that a local run and the
// deployment never differ without notice.

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
  // Ignored: there is no https on loopback to redirect to.
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
    // Locations, names and TLS make no difference on loopback.
    PriceClass: v.optional(v.string()),
    Aliases: v.optional(v.array(v.string())),
    ViewerCertificate: v.optional(v.unknown()),
  }),
})

/** Its TTLs are ignored: this server has no cache and reads the origin each time. */
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

/** The collector is the function with the variable DATA_BUCKET. */
export const lambdaFunction = v.object({
  Environment: v.object({ Variables: v.object({ DATA_BUCKET: v.optional(ref) }) }),
})

const anyTemplate = v.object({
  Resources: v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(v.unknown()) })),
})

/**
 * Returns the properties of all resources of one type, by logical id.
 * @throws Error if they have a form that this server does not support.
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
        `The local web server does not support this in ${id} (${type}): ${v.getDotPath(issue)}. ${issue.message}`,
      )
    }
    found.set(id, parsed.output)
  }
  return found
}
