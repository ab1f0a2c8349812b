import { Names, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** `-ap-northeast-1`, the longest. */
const longestRegion = 15

/**
 * A name for what CloudFront knows once in an account, for all regions. CDK makes such names of the stack's and leaves the
 * region out: the same stack in a second region would be refused.
 */
export function globalName(scope: Construct, id: string, longest: number): string {
  const ending = `${id}-${Stack.of(scope).region}`
  const room = longest - longestRegion - id.length - 1
  return `${Names.uniqueResourceName(scope, { separator: '-', maxLength: room })}-${ending}`
}
