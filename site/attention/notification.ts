import { laterTexts } from '../text/later-texts.ts'
import { formats } from '../text/locale.ts'
import { texts } from '../text/texts.ts'
import type { Signal } from './signals.ts'

const mostNames = 3

/** The text of a notification. The browser shows each `tag` once, even if two tabs send it at the same moment. */
export type Message = { title: string; body: string; tag: string }

/** Returns one message for all signals of one run. */
export function messageFor(signals: readonly Signal[]): Message {
  const count = signals.reduce((sum, signal) => sum + signal.count, 0)
  const names = signals.slice(0, mostNames).map(({ name }) => name || texts.table.unnamed)
  const others = signals.length - names.length
  const list = formats.list.format(others > 0 ? [...names, laterTexts.attention.others(others)] : names)
  const at = signals.reduce((newest, signal) => Math.max(newest, signal.at), 0)
  return { title: laterTexts.attention.newCritical(count), body: list, tag: `sophos-detections-${at}` }
}

export function testMessage(): Message {
  return {
    title: laterTexts.attention.testTitle,
    body: laterTexts.attention.testBody,
    tag: 'sophos-detections-test',
  }
}

export type Permission = 'unsupported' | NotificationPermission

/** Browsers have no notifications for pages without HTTPS, and often none on phones. */
export function permission(browser: Window): Permission {
  return 'Notification' in browser ? Notification.permission : 'unsupported'
}

/** Asks the reader for permission. Call it only on a click: browsers block pages that ask by themselves. */
export async function askPermission(browser: Window): Promise<Permission> {
  return 'Notification' in browser ? await Notification.requestPermission() : 'unsupported'
}

/** Shows the message; a click on it brings the page to the front. Returns whether the browser could. */
export function notify(browser: Window, { title, body, tag }: Message): boolean {
  if (permission(browser) !== 'granted') return false
  try {
    const notification = new Notification(title, { body, tag, lang: texts.lang })
    notification.onclick = () => {
      browser.focus()
      notification.close()
    }
    return true
  } catch {
    return false // Chrome on Android has the class, but cannot use it without a service worker.
  }
}
