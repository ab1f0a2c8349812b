// The parts of undici that carry a request. Its index also loads fetch, mocks, caches and WebSockets, which makes each cold
// start longer.
import methods from 'undici/lib/api/index.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import Pool from 'undici/lib/dispatcher/pool.js'

// As undici's index does: without it no dispatcher has request(), nor the proxy agent connect().
Object.assign(Dispatcher.prototype, methods)

export { EnvHttpProxyAgent, Pool }
