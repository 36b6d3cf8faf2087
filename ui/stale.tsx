import { Button } from './button.tsx'
import './stale.css'

/** 失联提示条 — what is on the screen may be old, since when, and the way to try again (promise 5). */
export function StaleBar(given: { words: string; age: string; action: string; onReconnect: () => void }) {
  return (
    <div className="ui-stale">
      {/* The running figure stays out of the live region: a screen reader must not count seconds aloud. */}
      <p role="alert">{given.words}</p>
      <span className="ui-stale-age">{given.age}</span>
      <Button onPress={given.onReconnect}>{given.action}</Button>
    </div>
  )
}
