import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { readSettings, type Settings } from './settings.ts'
import { DashboardStack } from './stack.ts'

/** The app with the one stack, with the settings in its context. */
export function dashboardApp(props: ConstructorParameters<typeof App>[0]): { app: App; settings: Settings } {
  const app = new App({ ...props, context: { ...featureFlags, ...props?.context } })
  const settings = readSettings(app.node.getAllContext())
  new DashboardStack(app, settings.stackName, settings)
  return { app, settings }
}

/**
 * The stack's template for these settings, in this process and without network, account or traces on disk.
 * @throws SettingError for a wrong setting, Error when nothing was built.
 */
export function synthesizeTemplate(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-template-'))
  try {
    // Whoever deploys has CDK validate the template. Its engine takes longer to start than all the rest, and only prints.
    const quick = { analyticsReporting: false, builtinCloudFormationValidation: false }
    const { app } = dashboardApp({ context, outdir, ...quick })
    const [stack] = app.synth().stacks
    if (!stack) throw new Error('the app has no stack')
    return stack.template
  } finally {
    rmSync(outdir, { recursive: true })
  }
}
