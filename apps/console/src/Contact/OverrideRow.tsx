import * as channels from '@open110/modules/channel/api'
import * as contacts from '@open110/modules/contact/api'
import type { Override } from '@open110/modules/contact/override'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText } from '../Queue/age.state.ts'
import { awaitsMe } from './contact.state.ts'

/** 一项破例 — which way, why, who, how long it still stands, and the second person's key. */
export function OverrideRow({ override, onChange }: { override: Override; onChange: () => void }) {
  const { say, call, boards } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const { id, way, state, confirmed, confirmDueAt } = override
  const leftSeconds = Math.max(0, (Date.parse(override.until) - nowMs) / 1_000)
  // The page's own clock says first that it is over; the server says so to whoever presses.
  const isOpen = (state === 'asked' || state === 'standing') && leftSeconds > 0
  const press = async (act: () => Promise<unknown>) => {
    await acting.run(act)
    boards.refresh(['overrides'])
    onChange()
  }
  const params = { override: id }
  return (
    <li>
      <span className={isOpen && state === 'standing' ? 'chip is-strong' : 'chip'}>
        {say(`contact.override-state.${isOpen || state === 'used' || state === 'ended' ? state : 'over'}`)}
      </span>
      <b>{say(`contact.way.${way}`)}</b>
      <span>{override.reason}</span>
      <span className="note">
        {say('contact.override-by', { by: override.by })}
        {confirmed ? ` · ${say('contact.override-confirmed', { by: confirmed.by })}` : ''}
        {isOpen ? ` · ${say('contact.override-left', { age: ageText(leftSeconds) })}` : ''}
      </span>
      {confirmDueAt ? (
        <span className="chip" data-late={Date.parse(confirmDueAt) < nowMs || undefined}>
          {say(
            Date.parse(confirmDueAt) < nowMs
              ? 'contact.override-unconfirmed-late'
              : 'contact.override-unconfirmed',
          )}
        </span>
      ) : null}
      {awaitsMe(override) && (isOpen || confirmDueAt) ? (
        <button
          type="button"
          className="button is-primary"
          disabled={acting.isBusy}
          onClick={() => void press(() => call(contacts.confirm, { params }))}
        >
          {say('contact.confirm')}
        </button>
      ) : null}
      {isOpen && state === 'standing' && way === 'call' ? (
        <button
          type="button"
          className="button"
          disabled={acting.isBusy}
          onClick={() => void press(() => call(channels.callBack, { params: { report: override.report } }))}
        >
          {say('call.back')}
        </button>
      ) : null}
      {isOpen ? (
        <button
          type="button"
          className="button is-quiet"
          disabled={acting.isBusy}
          onClick={() => void press(() => call(contacts.end, { params }))}
        >
          {say('contact.end')}
        </button>
      ) : null}
      <Said text={acting.said} />
    </li>
  )
}
