import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'

/**
 * Returns the ARN of a stack's user store: its output UsersStore.
 * @throws Error if there is no such stack, or it has no such output.
 */
export async function findStore(client: CloudFormationClient, stack: string): Promise<string> {
  const region = await client.config.region()
  const found = await describe(client, stack, region)
  const arn = found.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'UsersStore')?.OutputValue
  if (arn === undefined) {
    throw new Error(
      `The stack ${stack} in ${region} has no output UsersStore: it is not this dashboard, or an older release. Deploy it again: npx cdk deploy`,
    )
  }
  return arn
}

async function describe(client: CloudFormationClient, stack: string, region: string) {
  try {
    return await client.send(new DescribeStacksCommand({ StackName: stack }))
  } catch (cause) {
    const isMissing = cause instanceof Error && /does not exist/.test(cause.message)
    if (!isMissing) throw cause
    throw new Error(
      `There is no stack ${stack} in ${region}. Name another region or stack: npm run users -- list --region eu-central-1 --stack ${stack}`,
      { cause },
    )
  }
}
