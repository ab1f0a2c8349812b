import type { Store } from '../store.ts'
import type { Tenant } from '../tenant.ts'
import { toCsv } from './csv.ts'
import { toStatus } from './status.ts'

/** Browsers ask each time, with a condition; CloudFront answers for half a minute before it asks the bucket. */
const cacheControl = 'public, max-age=0, s-maxage=30, must-revalidate'

export async function publishCsv(store: Store, tenants: readonly Tenant[]): Promise<void> {
  await store.write('detections.csv', {
    body: toCsv(tenants),
    contentType: 'text/csv; charset=utf-8',
    cacheControl,
  })
}

export async function publishStatus(store: Store, status: Parameters<typeof toStatus>[0]): Promise<void> {
  await store.write('status.json', { body: toStatus(status), contentType: 'application/json', cacheControl })
}
