import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { keepLogOfEmptying } from './bucket-removal.ts'
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

/** Everything that is deployed. */
export class DashboardStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      description: 'Sophos Detections Dashboard: the detections of every tenant on one page',
    })

    const data = new DataBucket(this, 'DataBucket', settings)
    const secret = credentials(this, 'Credentials', settings)
    const deadLetters = new DeadLetters(this, 'DeadLetters')
    const collector = new Collector(this, 'Collector', { settings, data, secret, deadLetters })
    // So that nothing writes into the data bucket any more when it is emptied for its removal.
    collector.node.addDependency(data)
    const schedule = { minutes: settings.scheduleMinutes, collector: collector.function, deadLetters }
    new RefreshSchedule(this, 'RefreshSchedule', schedule)
    for (const [source, secretArn] of settings.sources) {
      new RefreshSchedule(this, `RefreshSchedule-${source}`, {
        ...schedule,
        credential: { source, secretArn },
      })
    }

    this.watch(collector, deadLetters, settings)

    const site = new Site(this, 'Site', settings)
    const dashboard = new Dashboard(this, 'Dashboard', { settings, site: site.bucket, data })
    // For whoever reads an event.
    collector.function.addEnvironment('DASHBOARD_URL', dashboard.url)

    if (!settings.keepData) keepLogOfEmptying(this, settings.logDays)

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description })
    output('DashboardUrl', dashboard.url, 'The page')
    if (settings.domain) {
      output(
        'PointDomainTo',
        dashboard.distribution.distributionDomainName,
        'What domainName has to be an alias (CNAME) of',
      )
    }
    output('UsersStore', dashboard.users.keyValueStoreArn, 'The users who may read the page by a password')
    output(
      'AddUser',
      `npm run users -- add NAME --stack ${this.stackName} --region ${this.region}`,
      'Lets somebody read the page, by a password that it shows once',
    )
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
