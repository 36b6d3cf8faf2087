import { useEffect } from 'react'
import { isOver, warningVersion } from '@open110/modules/video'
import { useCell, useItems, usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import type { Phone } from '../app/phone.ts'
import { pressReport } from '../app/press.ts'
import { A } from '../parts/A.tsx'
import { Top } from '../parts/Top.tsx'
import { useOneReport } from '../Report/one.ts'
import { QuietHead } from '../Report/Report.tsx'
import { localReport } from '../Report/report.state.ts'
import { Consent } from './Consent.tsx'
import { Note } from './Note.tsx'
import { useRules } from './rules.ts'
import { begin } from './begin.ts'
import { forgetOver, rename, running, wasMuted } from './running.ts'
import { Stage } from './Stage.tsx'
import './Video.css'

/** 视频报警 — before there is a report, and the call of a report: one page, so that going live is one tap after the other. */
export function Live({ id }: { id: string | undefined }) {
  return id === undefined ? <Fresh /> : <Of id={id} />
}

/** From the first page: the warning, and with one tap the report is sent and the camera asked for, both at once. */
function Fresh() {
  const phone = usePhone()
  const { say } = phone
  useEffect(() => phone.locator.follow(), [phone])
  const start = (isMuted: boolean) => {
    const id = phone.newId()
    void pressReport(phone, { id, mode: 'video', ...(isMuted ? { callSafe: false } : {}) })
    begin(phone, id, { by: 'self', report: () => named(phone, id), warningVersion }, isMuted)
    go(`/r/${id}/live`, { replace: true })
  }
  return (
    <>
      <Top title={say('film.title')} />
      <main className="stack">
        <Consent words={say('video.warning')} isQuiet={false} onGo={start} />
        <A to="/report" className="button plain">
          {say('film.write')}
        </A>
      </main>
    </>
  )
}

/** The server's name of a report that this phone has sent, as soon as there is one. */
function named({ outbox }: Phone, id: string): Promise<string> {
  return new Promise((done) => {
    const look = () => {
      const found = localReport(id, outbox.items())?.receipt?.id
      if (!found) return
      stop()
      done(found)
    }
    const stop = outbox.watch(look)
    look()
  })
}

function Of({ id }: { id: string }) {
  const phone = usePhone()
  const { say } = phone
  const one = useOneReport(id, '/live')
  const { server, local, isQuiet, isFound } = one
  const items = useItems()
  const now = useCell(running)
  const known = now && (now.of === id || now.of === server) ? now.video : undefined
  const rules = useRules(known || isFound ? undefined : server)
  const of = server ?? local?.id
  const video = rules?.video

  // Opened anew after the last one had ended: what comes next begins from the start.
  useEffect(forgetOver, [])
  useEffect(() => {
    if (server && id !== server) rename(id, server)
  }, [id, server])
  const wasSent = !server && local?.parcel.kind === 'report' && local.parcel.body.mode === 'video'
  const { report } = one.sight
  const goesOn = report !== undefined && (video?.state === 'live' || video?.state === 'lost')
  // Whoever must not be rung has begun without sound; that is known also where this page's own memory is gone.
  const isHushed = isQuiet || video?.isCovert === true || report?.callSafe === false
  useEffect(() => {
    if (known || !of || isFound) return
    // Sent by this phone and not there yet, or in the middle of a call: the press was the consent, and it goes on.
    if (wasSent) begin(phone, of, { by: 'self', report: () => named(phone, of) }, wasMuted(isQuiet))
    else if (goesOn) begin(phone, of, { by: 'self', report: async () => of }, wasMuted(isHushed))
  }, [known, of, isFound, wasSent, goesOn, isQuiet, isHushed, phone])

  if (isFound) return null
  const start = (isMuted: boolean) => {
    if (!server || !rules) return
    if (video?.state === 'invited') {
      begin(phone, server, { by: 'invitation', video: video.id }, isMuted)
      return
    }
    // On a quiet page the warning is not shown, and so it is not said to have been.
    const read = isQuiet ? {} : { warningVersion: rules.warning.version }
    begin(phone, server, { by: 'self', report: async () => server, ...read }, isMuted)
  }
  const mayStart = rules && (rules.mode === 'self' || video?.state === 'invited')
  return (
    <>
      {isQuiet ? <QuietHead /> : <Top title={say('film.title')} />}
      <main className="stack">
        {known && of ? (
          <Stage video={known} one={one} items={items} />
        ) : mayStart && (!video || isOver(video.state) || video.state === 'invited') ? (
          <Consent words={rules.warning.words} isQuiet={isQuiet} onGo={start} />
        ) : (
          <p className="about">
            {say(!rules || goesOn ? 'report.loading' : isQuiet ? 'film.barred-quiet' : 'film.barred')}
          </p>
        )}
        {of && (
          <div className="row film-foot">
            {known && !isQuiet && <Note of={of} />}
            <A
              to={`/r/${of}`}
              className="button plain"
              onGo={() => go(`/r/${of}`, { replace: true, quiet: isQuiet })}
            >
              {say(isQuiet ? 'action.back' : 'film.report')}
            </A>
          </div>
        )}
      </main>
    </>
  )
}
