import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { awsAgents } from '../../lambda/network/aws-agents.ts'
import { regionOf } from '../../lambda/secret.ts'
import type { Credentials } from '../../lambda/sophos/token.ts'
import { createMask } from '../../lambda/text/mask.ts'
import { explainAws } from './explain.ts'
import { checkWritable, findSecret, storeCredentials } from './keep.ts'
import type { Options } from './options.ts'

/** The secret in AWS that gets the credentials. */
export type Target = {
  readonly secretArn: string
  /** @throws Error that says why AWS did not store them, and what to do. */
  store(credentials: Credentials): Promise<void>
}

/**
 * Finds the secret, and checks as far as AWS allows that it can be written: the AWS credentials, the region, the stack, its
 * output, and the right. It writes nothing.
 * @throws Error that says what is missing, and what to do.
 */
export async function openTarget({ secretArn, stack, region }: Options): Promise<Target> {
  const arn = secretArn ?? (await findIn(stack, region))
  const ofSecret = regionOf(arn) ?? region
  const asked = { secret: arn, region: ofSecret ?? 'this region' }
  // A new client for each try: it would keep AWS credentials that have expired meanwhile.
  // What refuses may repeat what it was sent.
  const mask = createMask()
  const write = (work: (client: SecretsManagerClient) => Promise<void>) =>
    work(new SecretsManagerClient({ region: ofSecret, requestHandler: awsAgents() })).catch(
      (cause: unknown) => {
        throw new Error(mask.hide(explainAws(cause, asked)))
      },
    )
  const store = (credentials: Credentials) => {
    mask.add(credentials.clientId)
    mask.add(credentials.clientSecret)
    return write(client => storeCredentials(client, arn, credentials))
  }
  await write(client => checkWritable(client, arn))
  return { secretArn: arn, store }
}

async function findIn(stack: string, region: string | undefined): Promise<string> {
  const client = new CloudFormationClient({ region, requestHandler: awsAgents() })
  let found = region ?? 'this region'
  try {
    found = await client.config.region()
    return await findSecret(client, stack)
  } catch (cause) {
    throw new Error(explainAws(cause, { stack, region: found }), { cause })
  }
}
