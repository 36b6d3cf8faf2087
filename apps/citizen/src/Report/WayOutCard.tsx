import { MessageSquareText, Phone as PhoneIcon } from 'lucide-react'
import { smsLink, type WayOut } from '@open110/core/ladder'
import { usePhone } from '../app/hooks.ts'

const icon = { size: 22, strokeWidth: 1.75, 'aria-hidden': true } as const
const isApple = /iPhone|iPad|Macintosh/.test(navigator.userAgent)

/** 出路 — when nobody has answered in time: a call, or without a voice a text that is already written. */
export function WayOutCard({
  ways,
  isQuiet,
  isUnsent,
}: {
  ways: readonly WayOut[]
  isQuiet: boolean
  isUnsent: boolean
}) {
  const { say } = usePhone()
  const sms = ways.find((each) => each.way === 'sms')
  return (
    <section className="card way-out" role={isQuiet ? undefined : 'alert'}>
      {isQuiet && sms ? (
        <p>{say(isUnsent ? 'wayout.quiet-unsent' : 'wayout.quiet', { number: sms.number })}</p>
      ) : (
        <h2>{say(isUnsent ? 'wayout.title-unsent' : 'wayout.title')}</h2>
      )}
      {ways.map((way, at) => {
        const look = at === 0 && !isQuiet ? 'button main' : 'button'
        return way.way === 'call' ? (
          <a key="call" className={look} href="tel:110">
            <PhoneIcon {...icon} />
            {say('wayout.call')}
          </a>
        ) : (
          <a key="sms" className={look} href={smsLink(way.number, way.words, isApple)}>
            <MessageSquareText {...icon} />
            {say('wayout.sms', { number: way.number })}
          </a>
        )
      })}
      {!isQuiet && sms && <p className="about">{say('wayout.sms-about')}</p>}
    </section>
  )
}
