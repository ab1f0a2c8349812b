/** What to do about errors of the AWS SDK that every operator meets, by their names. Their own words stay in front. */
const remedies: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'Sign in as for the AWS command line (aws sso login, AWS_PROFILE, AWS_ACCESS_KEY_ID), then try again.',
  ExpiredToken: 'Sign in to AWS again, then try again.',
  ExpiredTokenException: 'Sign in to AWS again, then try again.',
  AccessDenied: 'Use a role that may do cloudformation:DescribeStacks, or name the store with --store.',
  AccessDeniedException:
    'Use a role with cloudfront-keyvaluestore:DescribeKeyValueStore, ListKeys, GetKey, PutKey and DeleteKey on the store.',
}

/** An error as a text for the operator: what happened and, where it is known, what to do. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (/Region is missing/.test(error.message)) {
    return 'No AWS region is set. Name the one of the stack: npm run users -- list --region eu-central-1'
  }
  const remedy = remedies[error.name]
  return remedy ? `${error.message}\n${remedy}` : error.message
}
