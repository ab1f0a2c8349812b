import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { S3Client } from '@aws-sdk/client-s3'
import { pageSettings } from '../cdk/serving/page-settings.ts'
import type { Access } from '../cdk/settings/access.ts'
import { readSettings } from '../cdk/settings.ts'
import { synthesizeTemplate } from '../cdk/synthesize.ts'
import { dataObjects } from './web/data-objects.ts'
import { startWeb } from './web/server.ts'
import { siteObjects } from './web/site-objects.ts'

/** What a deploy refuses, because no request from there reaches CloudFront. */
const thisMachine: Access = { password: false, ranges: ['127.0.0.0/8', '::1/128'] }

/**
 * Serves the built page and a bucket with the paths, headers and cache rules of the stack, to this machine only, at
 * an address with a key instead of a password. Of the settings in cdk.json, only those of the page apply (groups, mutes, time zone, link).
 * @throws SettingError for a wrong setting in cdk.json, Error if the port is taken.
 */
export async function startDashboard(options: {
  awsUrl: string
  bucket: string
  port: number
}): Promise<{ url: string; close: () => Promise<void> }> {
  const { awsUrl, bucket, port } = options
  const template = synthesizeTemplate({}, { access: thisMachine })
  const site = siteObjects(template, pathOf('../dist/site'), {
    'settings.json': JSON.stringify(pageSettings(readSettings(cdkContext()))),
  })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const s3 = new S3Client({ endpoint: awsUrl, region: 'us-east-1', forcePathStyle: true, credentials })
  const data = dataObjects(s3, bucket)
  try {
    return await startWeb({
      template,
      port,
      readObject: (origin, key) => (origin === 'site' ? site(key) : data(key)),
    })
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    throw isTaken
      ? new Error(`Port ${port} is taken. Choose another one: npm start -- --port ${port + 1}`, { cause })
      : cause
  }
}

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** The settings in cdk.json, as `cdk deploy` reads them. */
function cdkContext(): Record<string, unknown> {
  const { context }: { context?: Record<string, unknown> } = JSON.parse(
    readFileSync(pathOf('../cdk.json'), 'utf8'),
  )
  return context ?? {}
}
