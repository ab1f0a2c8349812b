import { type AwsTrouble, awsTrouble } from '../../lambda/network/aws-trouble.ts'

/** What to do about it, as far as the error itself does not say so. */
const remedies: Readonly<Partial<Record<AwsTrouble, (error: Error) => string>>> = {
  sign_in: () =>
    'Sign in as for the AWS command line (aws sso login, AWS_PROFILE, AWS_ACCESS_KEY_ID), then try again.',
  denied: ({ name }) =>
    // CloudFormation and the store name it differently.
    name === 'AccessDenied'
      ? 'Use a role with cloudformation:DescribeStacks, or name the store with --store.'
      : 'Use a role with cloudfront-keyvaluestore:DescribeKeyValueStore, ListKeys, GetKey, PutKey and DeleteKey on the store.',
  region: () => 'Name the region of the stack: npm run users -- list --region eu-central-1',
}

/** Formats an error for the operator: its message and, if known, what to do. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const remedy = remedies[awsTrouble(error)]?.(error)
  return remedy ? `${error.message}\n${remedy}` : error.message
}
