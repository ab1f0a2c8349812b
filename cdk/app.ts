import { formatPlan } from './planning/planner.ts'
import { SettingError } from './settings/setting-error.ts'
import { dashboardApp } from './synthesize.ts'

try {
  const { app, settings } = dashboardApp({})
  // Shows before the deploy how old the data will be. Not as an annotation: CDK prints four lines for each.
  process.stderr.write(`${formatPlan(settings)}\n`)
  app.synth()
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
