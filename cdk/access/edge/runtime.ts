// What the code in this folder can use in the runtime "cloudfront-js-2.0" (docs.aws.amazon.com, "JavaScript runtime
// 2.0 features for CloudFront Functions"): ES 5.1 with const, let, arrows, template literals, and async functions
// that are not closures and do not await in arguments. cdk/access/access-program.ts lowers or refuses anything newer.

/** The part of the runtime's module `crypto` that is used here. */
export type Crypto = Pick<typeof import('node:crypto'), 'createHash' | 'createHmac'>

/** `multiValue` is set only if the header occurs more than once. */
export type RequestHeader = { readonly value: string; readonly multiValue?: readonly unknown[] }

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>

export type Answer = {
  readonly statusCode: number
  readonly statusDescription: string
  readonly headers: Record<string, { value: string }>
  readonly body: { readonly encoding: 'text'; readonly data: string }
}
