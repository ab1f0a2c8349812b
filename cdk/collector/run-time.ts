/**
 * The time limit of a run in seconds: half a minute less than the schedule, so it ends before the next one, and half a
 * minute less than Lambda's 15 minutes.
 */
export const runSeconds = (scheduleMinutes: number): number => Math.min(15, scheduleMinutes) * 60 - 30
