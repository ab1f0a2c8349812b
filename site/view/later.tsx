import type { FunctionComponent } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import { texts } from '../text/texts.ts'

/** A part of the page that loads on demand, so that the first table does not wait for it. */
export function later<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> {
  let Loaded: FunctionComponent<Props> | undefined
  return function Later(props) {
    const [state, setState] = useState<'waiting' | 'loaded' | 'failed'>(Loaded ? 'loaded' : 'waiting')
    useLayoutEffect(() => {
      if (Loaded) return
      load().then(
        part => {
          Loaded = part
          setState('loaded')
        },
        // A release replaces the files of the one before; a reload fetches the new ones.
        () => setState('failed'),
      )
    }, [])
    if (Loaded) return <Loaded {...props} />
    return state === 'failed' ? <p class="not-loaded">{texts.notLoaded}</p> : null
  }
}
