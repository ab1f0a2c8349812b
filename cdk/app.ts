import { SettingError } from './setting-error.ts'
import { dashboardApp } from './synthesize.ts'

try {
  dashboardApp({}).synth()
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
