import { longestRunMs } from '../../lambda/pacing/deadlines.ts'

/** The time limit of a run in seconds. */
export const runSeconds = (scheduleMinutes: number): number => longestRunMs(scheduleMinutes * 60_000) / 1_000
