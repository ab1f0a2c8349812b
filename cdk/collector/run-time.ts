/**
 * How long a run may take, in seconds: half a minute less than the schedule, so that it ends before the next, and than the
 * 15 minutes of Lambda.
 */
export const runSeconds = (scheduleMinutes: number): number => Math.min(15, scheduleMinutes) * 60 - 30
