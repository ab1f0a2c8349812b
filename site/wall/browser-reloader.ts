import { makeReloader, type Reloader } from './reload.ts'

/** Returns the reloader for this browser tab. */
export function browserReloader(): Reloader {
  return makeReloader({
    // Read only inside these functions: if a browser blocks storage, even reading the property throws.
    shelf: {
      getItem: name => sessionStorage.getItem(name),
      setItem: (name, value) => sessionStorage.setItem(name, value),
      removeItem: name => sessionStorage.removeItem(name),
    },
    serverAnswers: async () => {
      try {
        const { ok, status } = await fetch('./', { method: 'HEAD', cache: 'no-store' })
        // A sign-in page counts as an answer: the reload leads there.
        return ok || status === 401
      } catch {
        return false
      }
    },
    reload: () => location.reload(),
    wait: (callback, ms) => {
      setTimeout(callback, ms)
    },
  })
}
