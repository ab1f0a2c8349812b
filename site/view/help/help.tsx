import './help.css'
import { useEffect, useRef } from 'preact/hooks'
import { severities } from '../../data/tenant.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { texts } from '../../text/texts.ts'
import { MutedMark, SeverityMark, TroubleMark } from '../marks.tsx'
import { singleKeysAreOn, switchSingleKeys } from '../single-keys.ts'

/** The keys, and how to read the page. */
export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-heading" onClose={onClose}>
      <h2 id="help-heading">{texts.nav.help}</h2>
      <h3>{laterTexts.help.keys}</h3>
      <dl>
        {laterTexts.help.keyList.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.split(' ').map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          defaultChecked={singleKeysAreOn()}
          onChange={event => switchSingleKeys(event.currentTarget.checked)}
        />
        {laterTexts.help.singleKeys}
      </label>
      <h3>{laterTexts.help.reading}</h3>
      <ul class="marks">
        {severities.map(severity => (
          <li key={severity}>
            <SeverityMark severity={severity} /> {texts.severity[severity]}
          </li>
        ))}
        <li>
          <TroubleMark /> {laterTexts.help.trouble}
        </li>
        <li>
          <MutedMark /> {texts.table.muted}
        </li>
      </ul>
      {laterTexts.help.sentences.map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p>
        <a href="./third-party-notices.txt" target="_blank" rel="noreferrer">
          {laterTexts.help.licences}
        </a>
      </p>
      <button type="button" class="control" onClick={() => dialog.current?.close()}>
        {laterTexts.attention.close}
      </button>
    </dialog>
  )
}
