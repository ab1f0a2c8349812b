import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

/**
 * Tells the alarms to these e-mail addresses, each of which has to confirm first. It is only made where there is one: its
 * key costs a dollar a month.
 */
export class Notifications extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, emails: readonly string[]) {
    super(scope, id)
    // A key of its own: the one that AWS manages for SNS does not let CloudWatch in, and every mail would be lost in silence.
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alarms on their way to the mail',
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
        // In the policy of a key: this key.
        resources: ['*'],
      }),
    )
    // The policy that SNS gives a topic by itself would let CloudWatch in; one that demands SSL takes its place.
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
