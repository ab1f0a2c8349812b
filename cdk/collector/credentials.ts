import { RemovalPolicy, SecretValue } from 'aws-cdk-lib'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { Settings } from '../settings.ts'

/**
 * Never change this text: CloudFormation writes a secret's value whenever the template's differs from the last one, and
 * would put the placeholder over the credentials of every installation. The collector refuses the empty id by name.
 */
const placeholder = '{"clientId":"","clientSecret":""}'

/** The secret with the Sophos API credentials: the one named, or a new one that waits to be filled. */
export function credentials(
  scope: Construct,
  id: string,
  { secretArn, keepData }: Pick<Settings, 'secretArn' | 'keepData'>,
): ISecret {
  if (secretArn) return Secret.fromSecretCompleteArn(scope, id, secretArn)
  return new Secret(scope, id, {
    description: 'Sophos Central API credentials: {"clientId": "...", "clientSecret": "..."}',
    secretStringValue: SecretValue.unsafePlainText(placeholder),
    // A first deploy that fails takes the secret back, which nobody can have filled yet.
    removalPolicy: keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  })
}
