import { type AwsTrouble, awsTrouble } from '../../lambda/network/aws-trouble.ts'
import { plainText } from '../../lambda/text/plain.ts'

/** What was asked of AWS: which stack in which region, or which secret. */
export type Asked =
  | { readonly stack: string; readonly region: string }
  | { readonly secret: string; readonly region: string }

/** Says why AWS did not do it, and what to do. */
export function explainAws(error: unknown, asked: Asked): string {
  const why = plainText(error instanceof Error ? error.message || error.name : String(error))
  const remedy = remedies[awsTrouble(error)](asked)
  return remedy ? `${why.replace(/\.?$/, '.')} ${remedy}` : why
}

const remedies: Readonly<Record<AwsTrouble, (asked: Asked) => string>> = {
  sign_in: () => 'Sign in as for the AWS command line (aws sso login, AWS_PROFILE, AWS_ACCESS_KEY_ID).',
  denied: asked =>
    'stack' in asked
      ? 'The role needs cloudformation:DescribeStacks. Without it, name the secret: --secret ARN, the output SecretArn of the stack.'
      : `The role needs secretsmanager:PutSecretValue on ${asked.secret}.`,
  key: () =>
    "The role needs kms:GenerateDataKey and kms:Decrypt on the secret's key, and that key has to be enabled.",
  missing: asked =>
    'stack' in asked
      ? `There is no stack ${asked.stack} in ${asked.region} of this account. Deploy it first, or name another: --stack NAME --region REGION.`
      : `There is no such secret in ${asked.region} of this account. Compare the ARN, and the account.`,
  deleted: asked =>
    'stack' in asked ? '' : `Restore it: aws secretsmanager restore-secret --secret-id ${asked.secret}`,
  region: () => 'Name the region of the stack: npm run credentials -- --region eu-central-1',
  network: ({ region }) => `Check the network, DNS and the proxy between here and AWS in ${region}.`,
  other: () => '',
}
