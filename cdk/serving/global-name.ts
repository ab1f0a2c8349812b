import { Names, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** The length of `-ap-northeast-1`. */
const longestRegion = 15

/**
 * Returns a name for a CloudFront resource, unique in the account across regions. CDK's own names do not contain the
 * region, so deploying the same stack to a second region would fail.
 */
export function globalName(scope: Construct, id: string, maxLength: number): string {
  const ending = `${id}-${Stack.of(scope).region}`
  const room = maxLength - longestRegion - id.length - 1
  return `${Names.uniqueResourceName(scope, { separator: '-', maxLength: room })}-${ending}`
}
