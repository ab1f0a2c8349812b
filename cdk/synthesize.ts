import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { readSettings } from './settings.ts'
import { DashboardStack } from './stack.ts'

/** The name under which CloudFormation knows the installation. */
const stackName = 'SophosDetectionsDashboard'

/** The app with the one stack, with the settings in its context. */
export function dashboardApp(props: ConstructorParameters<typeof App>[0]): App {
  const app = new App(props)
  new DashboardStack(app, stackName, readSettings(app.node.getAllContext()))
  return app
}

/**
 * The stack's template for these settings, in this process and without network, account or traces on disk.
 * @throws SettingError for a wrong setting, Error when nothing was built.
 */
export function synthesizeTemplate(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-template-'))
  try {
    const app = dashboardApp({ context, outdir, analyticsReporting: false })
    return app.synth().getStackByName(stackName).template
  } finally {
    rmSync(outdir, { recursive: true })
  }
}
