import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Environment } from '../settings/variable.ts'
import { readProxies } from './proxies.ts'

/**
 * Returns the part of an AWS client's `requestHandler` that sends its requests through the proxy of the environment; nothing
 * where none is set. The agents are ready-made because the client replaces its own ones, without the proxy, for a large upload.
 */
export function awsAgents(environment: Environment = process.env): {
  readonly httpAgent?: HttpAgent
  readonly httpsAgent?: HttpsAgent
} {
  const { http, https, except } = readProxies(environment)
  if (!https) return {}
  const proxyEnv = { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: except }
  // The client's own choice of the other two.
  const options = { keepAlive: true, maxSockets: 50, proxyEnv }
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) }
}
