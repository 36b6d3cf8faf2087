import { Component, type ReactNode } from 'react'
import type { Say } from '@open110/core/words/citizen'

type Props = { path: string; say: Say; isQuiet: boolean; children: ReactNode }
type State = { path: string; isBroken: boolean }

/** 页面出错 — a part that cannot be drawn, or fetched after an update, must not leave a person before a white page. */
export class Broken extends Component<Props, State> {
  override state: State = { path: this.props.path, isBroken: false }

  /** Another page is another try. */
  static getDerivedStateFromProps({ path }: Props, before: State) {
    return path === before.path ? null : { path, isBroken: false }
  }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render() {
    const { say, isQuiet, children } = this.props
    if (!this.state.isBroken) return children
    return (
      <main className="stack">
        <h1>{say(isQuiet ? 'title.neutral' : 'title.site')}</h1>
        <p role="alert">{say('broken.about')}</p>
        <button type="button" className="button main" onClick={() => location.reload()}>
          {say('broken.again')}
        </button>
        {!isQuiet && (
          <a className="button" href="tel:110">
            {say('home.call')}
          </a>
        )}
      </main>
    )
  }
}
