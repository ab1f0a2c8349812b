/** What an answer tells of the time at the server: its Date, and the Age that a cache between has given it (RFC 9111, 5.1). */
export type ServerTime = {
  dateHeader: string | null
  ageHeader: string | null
  sentAt: number
  receivedAt: number
}

/**
 * Milliseconds to add to the browser's clock to have the server's. Date and Age count whole seconds and the way takes time, so
 * an answer gives a range; the earlier correction stays while it lies in the range, so that a right clock is never touched.
 */
export function correctedOffset(
  offset: number,
  { dateHeader, ageHeader, sentAt, receivedAt }: ServerTime,
): number {
  const date = Date.parse(dateHeader ?? '')
  if (Number.isNaN(date)) return offset
  const age = /^\d+$/.test(ageHeader ?? '') ? Number(ageHeader) * 1000 : 0
  const least = date + age - receivedAt
  const most = date + age + (age > 0 ? 2000 : 1000) - sentAt
  return least <= offset && offset <= most ? offset : (least + most) / 2
}
