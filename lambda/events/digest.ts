import { backToQuiet } from './back-to-quiet.ts'
import type { Memory } from './memory.ts'
import { newDetections } from './new-detections.ts'
import { runFailed, runRecovered, runsSoFar } from './run-events.ts'
import type { DigestInput, Step } from './step.ts'
import { openMemory } from './untold.ts'

/**
 * The events to send, in this order, and what to remember: `start` if no event was sent, else the `memory` of the last step
 * the bus took. So a later run sends what could not be sent, and nothing is sent twice.
 */
export type Digest = { readonly start: Memory; readonly steps: readonly Step[] }

/** Decides what to announce after a run. Each kind of event has its rule beside it. */
export function digest(input: DigestInput): Digest {
  const start = runsSoFar(openMemory(input.memory, input), input)
  const steps: Step[] = []
  let memory = start
  for (const next of [runFailed, runRecovered, newDetections, backToQuiet]) {
    const step = next(memory, input)
    if (!step) continue
    steps.push(step)
    memory = step.memory
  }
  return { start, steps }
}
