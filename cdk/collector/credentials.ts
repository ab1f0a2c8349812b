import { RemovalPolicy, SecretValue } from 'aws-cdk-lib'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { Settings } from '../settings.ts'

/**
 * Never change this text. CloudFormation writes the secret's value whenever the value in the template changes, and
 * would overwrite the credentials of every installation with it. The collector refuses an empty id with a clear
 * message.
 */
const placeholder = '{"clientId":"","clientSecret":""}'

/**
 * Returns the secret with the Sophos API credentials: the existing one in `secretArn`, or a new one with a
 * placeholder.
 */
export function credentials(
  scope: Construct,
  id: string,
  { secretArn, keepData }: Pick<Settings, 'secretArn' | 'keepData'>,
): ISecret {
  if (secretArn) return Secret.fromSecretCompleteArn(scope, id, secretArn)
  return new Secret(scope, id, {
    description: 'Sophos Central API credentials: {"clientId": "...", "clientSecret": "..."}',
    secretStringValue: SecretValue.unsafePlainText(placeholder),
    // If the first deploy fails, CloudFormation deletes the secret, which is still empty.
    removalPolicy: keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  })
}
