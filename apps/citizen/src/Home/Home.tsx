import { FileText, MapPin, MessageSquareOff, Phone as PhoneIcon, Send, Video } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCell, usePhone, useShown, useTick } from '../app/hooks.ts'
import { isDark, looks, setLooks } from '../app/looks.ts'
import { go } from '../app/path.ts'
import { enterQuiet } from '../app/quiet.ts'
import { A } from '../parts/A.tsx'
import { Lines } from './Lines.tsx'
import { TruthLine } from './TruthLine.tsx'
import { truthOf } from './home.state.ts'
import './Home.css'

const icon = { strokeWidth: 1.75, 'aria-hidden': true } as const

/** 首页 — three ways to be heard, in reach of a thumb; everything else below. */
export function Home() {
  const { say, now, videoMode } = usePhone()
  const { items, rows = [] } = useShown()
  const chosen = useCell(looks)
  const isWaiting = rows.some(({ receivedAt }) => !receivedAt)
  useTick(isWaiting)
  const mode = useCell(videoMode)
  const truth = truthOf({ items, rows, now: now() })

  return (
    <main className="home">
      <header className="home-head">
        <h1>{say('home.title')}</h1>
        <button
          type="button"
          className="button plain"
          aria-pressed={chosen.large}
          onClick={() => setLooks({ ...chosen, large: !chosen.large })}
        >
          {say('home.large')}
        </button>
        <button
          type="button"
          className="button plain"
          onClick={() => setLooks({ ...chosen, theme: isDark(chosen) ? 'light' : 'dark' })}
        >
          {say(isDark(chosen) ? 'home.light' : 'home.dark')}
        </button>
      </header>
      <Lines isCounted={truth?.kind !== 'sending'} />
      {truth && <TruthLine truth={truth} />}
      <nav className="home-ways" aria-label={say('home.title')}>
        <Way kind="quick" icon={<Send size={34} {...icon} />} onGo={() => go('/report')} />
        <Way kind="silent" icon={<MessageSquareOff size={28} {...icon} />} onGo={() => enterQuiet('/n')} />
        <Way kind="call" icon={<PhoneIcon size={28} {...icon} />} href="tel:110" />
      </nav>
      <ul className="home-more">
        <li>
          <A to="/where" className="more">
            <MapPin size={22} {...icon} />
            {say('home.where')}
          </A>
        </li>
        <li>
          <A to="/mine" className="more">
            <FileText size={22} {...icon} />
            {say('home.mine')}
          </A>
        </li>
        {(mode === undefined || mode === 'self') && (
          <li>
            <A to="/video" className="more">
              <Video size={22} {...icon} />
              {say('home.video')}
            </A>
          </li>
        )}
      </ul>
      <footer className="home-foot">
        <A to="/check" className="button plain">
          {say('home.check')}
        </A>
        <A to="/me" className="button plain">
          {say('home.me')}
        </A>
      </footer>
    </main>
  )
}

/** One of the three ways; its name is its two words, the rest describes it. */
function Way(props: {
  kind: 'quick' | 'silent' | 'call'
  icon: ReactNode
  onGo?: () => void
  href?: string
}) {
  const { say } = usePhone()
  const { kind, href, onGo } = props
  const inside = (
    <>
      {props.icon}
      <strong>{say(`home.${kind}`)}</strong>
      <span id={`about-${kind}`} aria-hidden>
        {say(`home.${kind}-about`)}
      </span>
    </>
  )
  const common = { className: `way way-${kind}`, 'aria-describedby': `about-${kind}` }
  if (!href) {
    return (
      <button type="button" {...common} onClick={onGo}>
        {inside}
      </button>
    )
  }
  return (
    <a
      href={href}
      role="button"
      {...common}
      onKeyDown={(event) => {
        if (event.code !== 'Space') return
        event.preventDefault()
        event.currentTarget.click()
      }}
    >
      {inside}
    </a>
  )
}
