// The files of undici that ./undici.ts loads, with the types of its index.

declare module 'undici/lib/api/index.js' {
  const methods: Pick<import('undici').Dispatcher, 'request' | 'connect'>
  export default methods
}

declare module 'undici/lib/dispatcher/dispatcher.js' {
  export { Dispatcher as default } from 'undici'
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  export { EnvHttpProxyAgent as default } from 'undici'
}

declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici'
}
