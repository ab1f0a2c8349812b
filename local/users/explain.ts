/** What to do about common errors of the AWS SDK, by name. */
const remedies: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'Sign in as for the AWS command line (aws sso login, AWS_PROFILE, AWS_ACCESS_KEY_ID), then try again.',
  ExpiredToken: 'Sign in to AWS again, then try again.',
  ExpiredTokenException: 'Sign in to AWS again, then try again.',
  AccessDenied: 'Use a role with cloudformation:DescribeStacks, or name the store with --store.',
  AccessDeniedException:
    'Use a role with cloudfront-keyvaluestore:DescribeKeyValueStore, ListKeys, GetKey, PutKey and DeleteKey on the store.',
}

/** Formats an error for the operator: its message and, if known, what to do. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (/Region is missing/.test(error.message)) {
    return 'No AWS region is set. Name the region of the stack: npm run users -- list --region eu-central-1'
  }
  const remedy = remedies[error.name]
  return remedy ? `${error.message}\n${remedy}` : error.message
}
