import './attention-settings.css'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { laterTexts } from '../text/later-texts.ts'
import type { Settings } from './memory.ts'
import type { Permission } from './notification.ts'

/** What this component can read and do on this device. */
export type SignalControls = {
  settings: () => Settings
  change: (settings: Settings) => void
  /** Calls `listener` when another tab changed the settings. Returns a function that stops the calls. */
  onChange: (listener: () => void) => () => void
  permission: () => Permission
  askPermission: () => Promise<Permission>
  /** Returns whether the browser allowed it. */
  testSound: () => Promise<boolean>
  testNotification: () => boolean
}

/** A button that opens this device's settings for new critical detections. */
export function AttentionSettings({ controls }: { controls: SignalControls }) {
  const [open, setOpen] = useState(false)
  const [settings, setSettings] = useState(controls.settings)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => controls.onChange(() => setSettings(controls.settings())), [controls])
  useLayoutEffect(() => {
    if (!open) return
    box.current?.querySelector('input')?.focus()
    const leave = ({ target }: Event) => {
      if (target instanceof Node && !box.current?.parentElement?.contains(target)) setOpen(false)
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('focusin', leave)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('focusin', leave)
    }
  }, [open])

  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  const change = (part: Partial<Settings>) => {
    const next = { ...settings, ...part }
    controls.change(next)
    setSettings(next)
  }
  const on = settings.sound || settings.notify
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the box wherever the focus is in it.
    <div class="signals" onKeyDown={event => event.key === 'Escape' && open && close()}>
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Bell on={on} />
        {laterTexts.attention.button}
      </button>
      {open && (
        <div ref={box} id={id} class="signals-box" role="dialog" aria-labelledby={`${id}-heading`}>
          <h2 id={`${id}-heading`}>{laterTexts.attention.heading}</h2>
          <p>{laterTexts.attention.intro}</p>
          <SoundSetting on={settings.sound} change={sound => change({ sound })} test={controls.testSound} />
          <NotifySetting on={settings.notify} change={notify => change({ notify })} controls={controls} />
          <button type="button" class="control" onClick={close}>
            {laterTexts.attention.close}
          </button>
        </div>
      )}
    </div>
  )
}

type SoundProps = { on: boolean; change: (on: boolean) => void; test: () => Promise<boolean> }

function SoundSetting({ on, change, test }: SoundProps) {
  const [blocked, setBlocked] = useState(false)
  const play = async () => setBlocked(!(await test()))
  const turn = (wanted: boolean) => {
    change(wanted)
    // Play at once: the click allows sound in this page from now on.
    if (wanted) void play()
  }
  return (
    <div class="signals-setting">
      <label>
        <input type="checkbox" checked={on} onChange={event => turn(event.currentTarget.checked)} />
        {laterTexts.attention.sound}
      </label>
      <button type="button" class="control" onClick={() => void play()}>
        {laterTexts.attention.testSound}
      </button>
      <p role="status">{blocked && laterTexts.attention.soundBlocked}</p>
    </div>
  )
}

type NotifyProps = { on: boolean; change: (on: boolean) => void; controls: SignalControls }

function NotifySetting({ on, change, controls }: NotifyProps) {
  const [permission, setPermission] = useState(controls.permission)
  const [failed, setFailed] = useState(false)
  const unsupported = permission === 'unsupported' || failed
  const ask = async () => {
    const answer = await controls.askPermission()
    setPermission(answer)
    return answer === 'granted'
  }
  const turn = async (wanted: boolean) => change(wanted && (await ask()))
  const test = async () => {
    if (await ask()) setFailed(!controls.testNotification())
  }
  return (
    <div class="signals-setting">
      <label>
        <input
          type="checkbox"
          checked={on && permission === 'granted'}
          disabled={unsupported}
          onChange={event => void turn(event.currentTarget.checked)}
        />
        {laterTexts.attention.notify}
      </label>
      <button type="button" class="control" disabled={unsupported} onClick={() => void test()}>
        {laterTexts.attention.testNotify}
      </button>
      <p role="status">
        {unsupported && laterTexts.attention.unsupported}
        {permission === 'denied' && laterTexts.attention.denied}
      </p>
    </div>
  )
}

function Bell({ on }: { on: boolean }) {
  return (
    <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M6 0a1 1 0 0 1 1 1v.3A3.6 3.6 0 0 1 9.6 4.8V7.5L11 9.2V10H1V9.2L2.4 7.5V4.8A3.6 3.6 0 0 1 5 1.3V1A1 1 0 0 1 6 0ZM4.5 10.7h3a1.5 1.3 0 0 1-3 0Z" />
      {!on && <path class="off" d="M1 1 11 11" />}
    </svg>
  )
}
