/** Two soft tones, a fifth apart: audible across a room, but not an alarm. Generated, so there is no file to load. */
const tones = [
  { frequency: 587, from: 0 },
  { frequency: 880, from: 0.18 },
] as const
const loudness = 0.25
const seconds = 0.5

export type Sound = {
  /** Plays the signal. Returns false if the browser does not allow it yet (it requires a click or key press first). */
  play: () => Promise<boolean>
}

/** `makeContext` makes an AudioContext. Called at the first sound, so that a silent page uses no audio device. */
export function makeSound(makeContext: () => AudioContext): Sound {
  let context: AudioContext | undefined
  return {
    play: async () => {
      context ??= makeContext()
      if (context.state === 'suspended') await resumed(context)
      if (context.state !== 'running') return false
      for (const { frequency, from } of tones) playTone(context, frequency, context.currentTime + from)
      return true
    },
  }
}

/** If the browser blocks sound, `resume` does not fail: it stays pending until the user clicks. */
async function resumed(context: AudioContext): Promise<void> {
  const patience = new Promise<void>(resolve => setTimeout(resolve, 500))
  await Promise.race([context.resume().catch(() => {}), patience])
}

function playTone(context: AudioContext, frequency: number, at: number): void {
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = frequency
  // A tone that starts or ends at full volume clicks.
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(loudness, at + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + seconds)
}
