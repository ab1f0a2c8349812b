import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

/**
 * Sends alarm mails to these addresses. Each address must confirm first. Create it only if there are addresses: its
 * key costs a dollar a month.
 */
export class Notifications extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, emails: readonly string[]) {
    super(scope, id)
    // CloudWatch cannot use the AWS managed key of SNS: every mail would be silently lost.
    const key = new Key(this, 'Key', {
      description: 'Encrypts alarms before they are mailed',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true })
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email))

    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com')
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LetAlarmsEncrypt',
        principals: [alarms],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        // In a key policy, * means this key.
        resources: ['*'],
      }),
    )
    // enforceSSL replaces the topic's default policy, which would have allowed CloudWatch.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LetAlarmsOfThisAccountPublish',
        principals: [alarms],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    )
  }
}
