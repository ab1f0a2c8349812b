import type { Endpoint } from '../../asking/endpoints.ts'

/** The usual way. Two tries: the query way is there, and the next run. */
export const countsEndpoint: Endpoint = { name: 'counts', tries: 2, silence: 'has given no counts' }

/** The way around it. It is the last one, so it has the usual four tries. */
export const queryEndpoint: Endpoint = { name: 'query', tries: 4, silence: 'has answered no query' }
