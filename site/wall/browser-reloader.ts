import { makeReloader, type Reloader } from './reload.ts'

/** The reloader of this browser's tab. */
export function browserReloader(): Reloader {
  return makeReloader({
    // Touched only inside: where a browser forbids storage, even that throws.
    shelf: {
      getItem: name => sessionStorage.getItem(name),
      setItem: (name, value) => sessionStorage.setItem(name, value),
      removeItem: name => sessionStorage.removeItem(name),
    },
    serverAnswers: async () => {
      try {
        const { ok, status } = await fetch('./', { method: 'HEAD', cache: 'no-store' })
        // A page that wants a sign-in is an answer too: the reload leads there.
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
