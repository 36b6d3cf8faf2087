import { FileText, MapPin, MessageSquareOff, Phone as PhoneIcon, Send, Video } from 'lucide-react'
import { useCell, useItems, usePhone, useTick } from '../app/hooks.ts'
import { isDark, looks, setLooks } from '../app/looks.ts'
import { enterQuiet } from '../app/quiet.ts'
import { A } from '../parts/A.tsx'
import { Lines } from './Lines.tsx'
import { TruthLine } from './TruthLine.tsx'
import { truthOf } from './home.state.ts'
import './Home.css'

const icon = { strokeWidth: 1.75, 'aria-hidden': true } as const

/** 首页 — three ways to be heard, in reach of a thumb; everything else below. */
export function Home() {
  const { say, watch, now } = usePhone()
  const items = useItems()
  const { rows = [] } = useCell(watch.list)
  const chosen = useCell(looks)
  const isWaiting = rows.some(({ receivedAt }) => !receivedAt)
  useTick(isWaiting)
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
      <Lines />
      {truth && <TruthLine truth={truth} />}
      <nav className="home-ways" aria-label={say('home.title')}>
        <A to="/report" className="way way-quick" label={say('home.quick')}>
          <Send size={34} {...icon} />
          <strong>{say('home.quick')}</strong>
          <span>{say('home.quick-about')}</span>
        </A>
        <A to="/n" className="way way-silent" label={say('home.silent')} onGo={() => enterQuiet('/n')}>
          <MessageSquareOff size={28} {...icon} />
          <strong>{say('home.silent')}</strong>
          <span>{say('home.silent-about')}</span>
        </A>
        <a href="tel:110" className="way way-call" aria-label={say('home.call')}>
          <PhoneIcon size={28} {...icon} />
          <strong>{say('home.call')}</strong>
          <span>{say('home.call-about')}</span>
        </a>
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
        <li>
          <span className="more more-off" role="note">
            <Video size={22} {...icon} />
            {say('home.video')}
            <small>{say('home.video-about')}</small>
          </span>
        </li>
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
