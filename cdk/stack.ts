import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { addEmptyingLogs } from './bucket-removal.ts'
import { Collector } from './collector/collector.ts'
import { credentials } from './collector/credentials.ts'
import { DeadLetters } from './collector/dead-letters.ts'
import { RefreshSchedule } from './collector/refresh-schedule.ts'
import { runSeconds } from './collector/run-time.ts'
import { DataBucket } from './data-bucket.ts'
import { Dashboard } from './serving/dashboard.ts'
import { Site } from './serving/site.ts'
import type { Settings } from './settings.ts'
import { Alarms } from './watching/alarms.ts'
import { Monitoring } from './watching/monitoring.ts'
import { Notifications } from './watching/notifications.ts'

export class DashboardStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      description: 'Sophos Detections Dashboard: the detections of every tenant on one page',
    })

    const data = new DataBucket(this, 'DataBucket', settings)
    const secret = credentials(this, 'Credentials', settings)
    const deadLetters = new DeadLetters(this, 'DeadLetters')
    const collector = new Collector(this, 'Collector', { settings, data, secret, deadLetters })
    // CloudFormation then deletes the collector first, so no run writes while the data bucket is being emptied.
    collector.node.addDependency(data)
    const schedule = { minutes: settings.scheduleMinutes, collector: collector.function, deadLetters }
    new RefreshSchedule(this, 'RefreshSchedule', schedule)
    for (const source of settings.sources.keys()) {
      new RefreshSchedule(this, `RefreshSchedule-${source}`, { ...schedule, source })
    }

    this.watch(collector, deadLetters, settings)

    const site = new Site(this, 'Site', settings)
    const dashboard = new Dashboard(this, 'Dashboard', { settings, site: site.bucket, data })
    // Events link to the dashboard.
    collector.function.addEnvironment('DASHBOARD_URL', dashboard.url)

    if (!settings.keepData) addEmptyingLogs(this, settings.logDays)

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description })
    output('DashboardUrl', dashboard.url, 'The address of the dashboard')
    if (settings.domain) {
      output(
        'PointDomainTo',
        dashboard.distribution.distributionDomainName,
        'Point domainName here with an alias (CNAME) record',
      )
    }
    output(
      'UsersStore',
      dashboard.users.keyValueStoreArn,
      'The users who can sign in to the page, and the hashes of their passwords',
    )
    output(
      'AddUser',
      `npm run users -- add NAME --stack ${this.stackName} --region ${this.region}`,
      'Adds a user and shows the new password once',
    )
    output('FunctionName', collector.function.functionName, 'The function that collects the detections')
    output('SecretArn', secret.secretArn, 'The secret with the Sophos API credentials')
    output(
      'RefreshNow',
      // By default the AWS CLI times out after a minute and retries. The response says what the run did, or why it
      // failed.
      `aws lambda invoke --region ${this.region} --function-name ${collector.function.functionName} --cli-read-timeout 0 refresh.json && cat refresh.json`,
      'Starts a run, waits for it, and shows its result',
    )
    output(
      'SetCredentials',
      `aws secretsmanager put-secret-value --region ${this.region} --secret-id ${secret.secretArn} --secret-string file://credentials.json`,
      'Stores {"clientId": "...", "clientSecret": "..."} from credentials.json, which keeps the secret out of the shell history',
    )
  }

  private watch(collector: Collector, deadLetters: DeadLetters, settings: Settings): void {
    const { alarmEmails, documentationUrl, scheduleMinutes } = settings
    const runs = {
      collector: collector.function,
      runSeconds: runSeconds(scheduleMinutes),
      scheduleMinutes,
      documentationUrl,
      sources: ['default', ...settings.sources.keys()],
    }
    const notify =
      alarmEmails.length > 0 ? new Notifications(this, 'Notifications', alarmEmails).topic : undefined
    const alarms = new Alarms(this, 'Alarms', { ...runs, deadLetters: [deadLetters], notify })
    const { logGroup, rateLimits } = collector
    new Monitoring(this, 'Monitoring', { ...runs, logGroup, rateLimits, alarms: alarms.all })
  }
}
