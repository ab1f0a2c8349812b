import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import {
  DescribeSecretCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { awsTrouble } from '../../lambda/network/aws-trouble.ts'
import type { Credentials } from '../../lambda/sophos/token.ts'

/**
 * Returns the ARN of the secret that the stack's collector reads. Throws if there is no such stack, or it has no such
 * output.
 */
export async function findSecret(client: CloudFormationClient, stack: string): Promise<string> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }))
  const outputs = Stacks?.[0]?.Outputs ?? []
  const arn = outputs.find(({ OutputKey }) => OutputKey === 'SecretArn')?.OutputValue
  if (!arn) throw new Error(`The stack ${stack} has no output SecretArn: it is not this dashboard.`)
  return arn
}

/**
 * Throws what AWS has against storing a value in the secret, as far as it says so beforehand. There is no dry run: this
 * asks to store no value, which AWS always refuses, and looks at the reason.
 */
export async function checkWritable(client: SecretsManagerClient, secretArn: string): Promise<void> {
  try {
    await client.send(new PutSecretValueCommand({ SecretId: secretArn }))
  } catch (error) {
    const isForTheValue =
      error instanceof InvalidRequestException || error instanceof InvalidParameterException
    if (!isForTheValue || awsTrouble(error) !== 'other') throw error
  }
  await checkPresent(client, secretArn)
}

/** Throws if there is no such secret, or it is to be deleted. Storing does not need the right to see that. */
async function checkPresent(client: SecretsManagerClient, secretArn: string): Promise<void> {
  const describe = client.send(new DescribeSecretCommand({ SecretId: secretArn }))
  const { DeletedDate } = await describe.catch((error: unknown) => {
    if (awsTrouble(error) === 'missing') throw error
    return { DeletedDate: undefined }
  })
  if (DeletedDate) throw new Error(`The secret ${secretArn} is marked for deletion.`)
}

/** Writes the credentials into the secret. Secrets Manager keeps the previous value as AWSPREVIOUS. */
export async function storeCredentials(
  client: SecretsManagerClient,
  secretArn: string,
  { clientId, clientSecret }: Credentials,
): Promise<void> {
  const SecretString = JSON.stringify({ clientId, clientSecret })
  await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }))
}

/** Returns the steps to store the credentials by hand, without the credentials themselves. */
export const formatManualSteps = (secretArn: string | undefined, region: string | undefined): string =>
  [
    'To store them, write {"clientId": "...", "clientSecret": "..."} into credentials.json, run',
    `  aws secretsmanager put-secret-value${region ? ` --region ${region}` : ''} --secret-id ${secretArn ?? '<the output SecretArn of the stack>'} --secret-string file://credentials.json`,
    'and delete the file.',
  ].join('\n')
