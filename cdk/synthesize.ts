import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { checkRegions } from './settings/regions.ts'
import { readSettings, type Settings } from './settings.ts'
import { DashboardStack } from './stack.ts'

/**
 * Creates the app with its one stack, from the settings in its context; `instead` replaces some of them. `region` is where
 * it will be deployed, if that is known.
 *
 * It sets every flag to what this release of CDK recommends: an app that leaves flags open gets old behaviour, and a
 * warning on every deploy. A new release can change the template this way; the tests of template and logical ids show
 * it.
 * @throws SettingError
 */
export function dashboardApp(
  props: ConstructorParameters<typeof App>[0],
  { region, instead }: { readonly region?: string | undefined; readonly instead?: Partial<Settings> } = {},
): { app: App; settings: Settings } {
  const app = new App({ ...props, context: { ...featureFlags, ...props?.context } })
  const settings = { ...readSettings(app.node.getAllContext()), ...instead }
  checkRegions(settings, region)
  new DashboardStack(app, settings.stackName, settings)
  return { app, settings }
}

/**
 * Returns the stack's template for these settings; `instead` replaces some of them, even by what a deploy would refuse.
 * Needs no network and no account, and leaves no files.
 * @throws SettingError for a wrong setting, Error if nothing was built.
 */
export function synthesizeTemplate(
  context: Readonly<Record<string, unknown>>,
  instead: Partial<Settings> = {},
): Record<string, unknown> {
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-template-'))
  try {
    // A deploy validates the template anyway. CDK's engine for that starts slowly and only prints.
    const quick = { analyticsReporting: false, builtinCloudFormationValidation: false }
    const { app } = dashboardApp({ context, outdir, ...quick }, { instead })
    const [stack] = app.synth().stacks
    if (!stack) throw new Error('the app has no stack')
    return stack.template
  } finally {
    rmSync(outdir, { recursive: true })
  }
}
