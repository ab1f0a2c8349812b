/**
 * Who asked for this run: the schedule says so in its input, `{"trigger": "schedule"}`; anything else is a person or a
 * program that wants fresh figures now.
 */
export function triggerOf(event: unknown): 'schedule' | 'manual' {
  const isSchedule =
    typeof event === 'object' && event !== null && 'trigger' in event && event.trigger === 'schedule'
  return isSchedule ? 'schedule' : 'manual'
}
