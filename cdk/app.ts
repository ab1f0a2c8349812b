import { sayPlan } from './planning/planner.ts'
import { SettingError } from './settings/setting-error.ts'
import { dashboardApp } from './synthesize.ts'

try {
  const { app, settings } = dashboardApp({})
  // Whoever deploys learns how old the figures will be before it shows. Not as an annotation, of which CDK makes four lines.
  process.stderr.write(`${sayPlan(settings)}\n`)
  app.synth()
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
