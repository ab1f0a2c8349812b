import { variable } from '../lambda/settings/variable.ts'
import { notesOn } from './planning/notes.ts'
import { formatPlan } from './planning/planner.ts'
import { SettingError } from './settings/setting-error.ts'
import { dashboardApp } from './synthesize.ts'

try {
  // The CDK command sets it, as the AWS command line would choose it.
  const region = variable(process.env, 'CDK_DEFAULT_REGION')
  const { app, settings } = dashboardApp({}, { region })
  // Shows before the deploy how old the data will be. Not as an annotation: CDK prints four lines for each.
  process.stderr.write(`${[formatPlan(settings), ...notesOn(settings, Date.now())].join('\n')}\n`)
  app.synth()
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
