import { memo } from 'react'
import {
  BellRing,
  Building2,
  EarOff,
  MapPin,
  MessageSquareText,
  Phone,
  ShieldAlert,
  Smartphone,
  UserRound,
  Video,
} from 'lucide-react'
import { sayOr, type Say } from '@open110/core/words/console'
import { isOffered, type QueueRow } from '@open110/modules/report'
import { Priority } from '../parts/Priority.tsx'
import { ageText, secondsSince, waitingTone } from './age.state.ts'
import { chipsOf } from './queue.state.ts'

const modeIcons = {
  text: MessageSquareText,
  silent: EarOff,
  video: Video,
  location: MapPin,
  fraud: ShieldAlert,
  phone: Phone,
  sms: Smartphone,
  panic: BellRing,
  agency: Building2,
  'walk-in': UserRound,
} as const

export function chipWords(say: Say, chip: string): string {
  const [kind = '', value] = chip.split(':')
  if (kind === 'need') return sayOr(say, `need.${value}`)
  if (kind === 'language') return sayOr(say, `console.language.${value}`)
  return sayOr(say, `console.flag.${kind}`)
}

/** So long an addition is news to whoever has another report open. */
const newsSeconds = 600

/** 一行警情 — enough to recognise it and to see whether it is late. Draws what it is given. */
export const QueueRowView = memo(function QueueRowView({
  row,
  say,
  nowMs,
  isOpen,
  isMine,
}: {
  row: QueueRow
  say: Say
  nowMs: number
  isOpen: boolean
  /** Its owner goes without saying. */
  isMine: boolean
}) {
  const Icon = modeIcons[row.mode]
  const seconds = secondsSince(row.deliveredAt, nowMs)
  const isWaiting = row.state === 'delivered' || isOffered(row)
  const mode = say(`mode.${row.mode}`)
  const gist = row.gist || say('console.no-words')
  const tag = row.tag ? sayOr(say, `tag.${row.tag}`) : ''
  return (
    <div className="row" data-open={isOpen || undefined}>
      <span
        className="row-stripe"
        data-level={row.urgency}
        data-silent={row.mode === 'silent' || undefined}
        aria-hidden="true"
      />
      <span className="row-rank">
        <Priority level={row.urgency} say={say} />
        <span className="row-mode" title={mode}>
          <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
          <span className="visually-hidden">{mode}</span>
        </span>
      </span>
      <span className="row-gist">
        {tag && !gist.includes(tag) ? <b>{tag} </b> : null}
        {gist}
      </span>
      <span className="row-side">
        <span className={`age is-${isWaiting ? waitingTone(seconds) : 'calm'}`}>{ageText(seconds)}</span>
        {row.supplementedAt && !isOpen && secondsSince(row.supplementedAt, nowMs) < newsSeconds ? (
          <span className="chip is-news">{say('console.supplement')}</span>
        ) : null}
        {row.unread > 0 ? (
          <span className="chip is-news">{say('console.unread', { count: row.unread })}</span>
        ) : null}
      </span>
      <span className="row-foot">
        {chipsOf(row).map((chip) => (
          <span
            key={chip}
            className={`chip${chip === 'silent' ? ' is-striped' : ['danger-words', 'urged', 'duress'].includes(chip) ? ' is-strong' : ''}`}
          >
            {chipWords(say, chip)}
          </span>
        ))}
        {row.attachments > 0 ? (
          <span className="chip">{say('console.attachments', { count: row.attachments })}</span>
        ) : null}
        {row.incident ? (
          <span className="row-state">{sayOr(say, `incident.state.${row.incident.state}`)}</span>
        ) : null}
        {!row.incident && row.state !== 'delivered' ? (
          <span className="row-state">{say(`report.state.${row.state}`)}</span>
        ) : null}
        {row.owner && !isMine ? (
          <span className="row-owner" data-state={row.owner.state}>
            {say(row.owner.state === 'live' ? 'console.owner' : 'console.owner-lost', {
              seat: row.owner.seat,
              name: row.owner.name,
            })}
          </span>
        ) : null}
        <span className="row-place">{row.place || say('console.no-place')}</span>
      </span>
    </div>
  )
})
