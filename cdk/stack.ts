import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { Collector } from './collector.ts'
import { credentials } from './credentials.ts'
import { Dashboard } from './dashboard.ts'
import { DataBucket } from './data-bucket.ts'
import { RefreshSchedule } from './refresh-schedule.ts'
import type { Settings } from './settings.ts'
import { Site } from './site.ts'

/** Everything that is deployed. */
export class DashboardStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)

    const data = new DataBucket(this, 'DataBucket')
    const secret = credentials(this, 'Credentials', settings.secretArn)
    const collector = new Collector(this, 'Collector', { settings, data, secret })
    const schedule = { minutes: settings.scheduleMinutes, collector: collector.function }
    new RefreshSchedule(this, 'RefreshSchedule', schedule)
    for (const [source, secretArn] of settings.sources) {
      new RefreshSchedule(this, `RefreshSchedule-${source}`, {
        ...schedule,
        credential: { source, secretArn },
      })
    }

    const site = new Site(this, 'Site')
    const dashboard = new Dashboard(this, 'Dashboard', { access: settings.access, site: site.bucket, data })

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description })
    output('DashboardUrl', `https://${dashboard.distribution.distributionDomainName}/`, 'The page')
    output('FunctionName', collector.function.functionName, 'The function that collects')
    output('SecretArn', secret.secretArn, 'The secret with the Sophos API credentials')
    output(
      'RefreshNow',
      // The command line gives up after a minute otherwise, and tries again. The answer is what the run did, or why not.
      `aws lambda invoke --region ${this.region} --function-name ${collector.function.functionName} --cli-read-timeout 0 refresh.json && cat refresh.json`,
      'Makes a run by hand, waits for it, and says what it did',
    )
    output(
      'SetCredentials',
      `aws secretsmanager put-secret-value --region ${this.region} --secret-id ${secret.secretArn} --secret-string file://credentials.json`,
      'Stores {"clientId": "...", "clientSecret": "..."} from credentials.json, which keeps them out of the shell history',
    )
  }
}
