/** The server's time in an answer: its Date, and the Age that a cache added (RFC 9111, 5.1). */
export type ServerTime = {
  dateHeader: string | null
  ageHeader: string | null
  sentAt: number
  receivedAt: number
}

/**
 * Returns the milliseconds to add to the browser's clock to get the server's time. Date and Age are whole seconds and
 * the network takes time, so an answer gives a range. The earlier offset stays while it is in that range: a correct
 * clock is never changed.
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
