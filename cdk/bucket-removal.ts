import { CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { BucketProps } from 'aws-cdk-lib/aws-s3'

/**
 * What becomes of a bucket with the end of the stack. CloudFormation removes empty buckets only: one that is not kept is
 * emptied by a function that CDK adds. An installation that keeps its data has no function that may delete in it.
 */
export const bucketEnd = (keepData: boolean): Pick<BucketProps, 'removalPolicy' | 'autoDeleteObjects'> =>
  keepData
    ? { removalPolicy: RemovalPolicy.RETAIN }
    : { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }

/**
 * Gives the function that empties buckets a log group of the stack's. CDK leaves it without: Lambda would make one that is
 * kept for ever, also after the stack, and the function would need the permission to make any.
 */
export function keepLogOfEmptying(stack: Stack, logDays: number): void {
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
