import { CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { BucketProps } from 'aws-cdk-lib/aws-s3'

/**
 * Returns what happens to a bucket when the stack is deleted. CloudFormation deletes only empty buckets, so CDK adds a
 * function that empties those not kept. An installation that keeps its data has no function that may delete from it.
 */
export const bucketRemoval = (keepData: boolean): Pick<BucketProps, 'removalPolicy' | 'autoDeleteObjects'> =>
  keepData
    ? { removalPolicy: RemovalPolicy.RETAIN }
    : { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }

/**
 * Adds a log group to the stack for the function that empties buckets. CDK gives it none: Lambda would create one that
 * never expires and outlives the stack, and the function would need permission to create log groups.
 */
export function addEmptyingLogs(stack: Stack, logDays: number): void {
  const provider = stack.node.tryFindChild('Custom::S3AutoDeleteObjectsCustomResourceProvider')
  const handler = provider?.node.findChild('Handler')
  const role = provider?.node.findChild('Role')
  if (!CfnResource.isCfnResource(handler) || !CfnResource.isCfnResource(role)) return
  const { logGroupName, logGroupArn } = new LogGroup(stack, 'EmptyingLogs', {
    retention: logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  handler.addPropertyOverride('LoggingConfig', { LogGroup: logGroupName })
  role.addPropertyDeletionOverride('ManagedPolicyArns')
  role.addPropertyOverride('Policies', [
    {
      PolicyName: 'WriteOwnLog',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'WriteOwnLog',
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: logGroupArn,
          },
        ],
      },
    },
  ])
}
