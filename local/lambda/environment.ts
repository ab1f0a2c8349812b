import { basename, dirname, extname, resolve } from 'node:path'
import type { Environment } from '../../lambda/settings/variable.ts'

const functionName = 'sophos-detections-dashboard'
const region = 'us-east-1'
export const functionArn = `arn:aws:lambda:${region}:123456789012:function:${functionName}`

/**
 * Returns the environment variables of a function: Lambda's, the proxy settings from `outer`, then the function's own.
 * It passes on nothing else from this process, so a function that needs more fails here as in Lambda. `runtimeApi`: host,
 * port and key. The keys of local servers go through the environment, since all users can read command lines.
 */
export function lambdaEnvironment(
  bundle: string,
  memoryMb: number,
  runtimeApi: string,
  own: Readonly<Record<string, string>>,
  outer: Environment,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7LOCALLY',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${memoryMb}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: dirname(bundle),
    _HANDLER: `${basename(bundle, extname(bundle))}.handler`,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...proxySettings(outer),
    ...own,
  }
}

/** The proxies, and the certificates for proxies that inspect TLS. */
function proxySettings(outer: Environment): Record<string, string> {
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap(name => [name, name.toLowerCase()])
  const { NODE_EXTRA_CA_CERTS: certificates } = outer
  return {
    ...Object.fromEntries(proxies.flatMap(name => (outer[name] ? [[name, outer[name]]] : []))),
    // An absolute path, as the function runs in another folder.
    ...(certificates && { NODE_EXTRA_CA_CERTS: resolve(certificates) }),
  }
}
