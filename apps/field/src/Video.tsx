import { useEffect, useState } from 'react'
import { Video as VideoIcon } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { Call } from '@open110/kit/client/call'
import type { LiveFrame } from '@open110/kit/event'
import { isRefusal } from '@open110/kit/refuse'
import type { VideoCall } from '@open110/modules/video'
import { join, openStill, type Entry } from '@open110/modules/video/api'
import { FilmHere } from './VideoFilm.tsx'
import { isOfVideo, shownOf, videoOf } from './video.state.ts'
import { clockTime, refusalWords, say } from './words.ts'
import './video.css'

/** What the parts that show a call need of the phone. */
export type VideoPorts = {
  readonly call: Call
  readonly token: () => string | undefined
  readonly hear: (act: (frame: LiveFrame | undefined) => void) => () => void
}

/** 现场视频 — that it goes on is said; what it shows is opened on purpose, and silent until it is asked for (lessons b9). */
export function Video({ incident, ports }: { incident: string; ports: VideoPorts }) {
  const { call, hear } = ports
  const [video, setVideo] = useState<VideoCall>()
  const [entry, setEntry] = useState<Entry>()
  const [problem, setProblem] = useState('')
  const [isBusy, setBusy] = useState(false)
  useEffect(() => {
    let isGone = false
    const look = () =>
      videoOf(call, incident).then(
        (found) => isGone || setVideo(found),
        () => undefined, // what was known stays; the next event asks again
      )
    void look()
    const stop = hear((frame) => void ((!frame || isOfVideo(frame)) && look()))
    return () => {
      isGone = true
      stop()
    }
  }, [call, hear, incident])

  if (!video) return undefined
  const shown = shownOf(video)
  const open = async () => {
    setBusy(true)
    setProblem('')
    try {
      const answer = await call(join, { params: { video: video.id }, body: { as: 'unit' } })
      if (isRefusal(answer)) setProblem(refusalWords(answer))
      else setEntry(answer)
    } catch {
      setProblem(say('field.video.unanswered'))
    }
    setBusy(false)
  }
  const isOpen = entry?.video.id === video.id
  return (
    <section className="video" aria-label={say('field.video')}>
      <h2>
        <VideoIcon size={20} strokeWidth={1.75} aria-hidden="true" />{' '}
        {say(shown === 'film' ? 'field.video.live' : `field.video.${shown}`)}
      </h2>
      {isOpen && entry ? (
        <>
          <FilmHere video={video} entry={entry} shown={shown} call={call}>
            {shown === 'stills' && video.still ? (
              <Still video={video.id} still={video.still} token={ports.token} />
            ) : undefined}
          </FilmHere>
          <Button kind="quiet" onPress={() => setEntry(undefined)}>
            {say('field.video.shut')}
          </Button>
        </>
      ) : (
        <>
          <p className="video-about">{say('field.video.about')}</p>
          <Button isBusy={isBusy} onPress={() => void open()}>
            {say('field.video.open')}
          </Button>
        </>
      )}
      {problem ? <p role="alert">{problem}</p> : undefined}
    </section>
  )
}

/** The newest single picture. The door wants the session, so an `<img src>` of its own cannot ask. */
function Still(given: { video: string; still: { id: string; at: string }; token: () => string | undefined }) {
  const { video, still, token } = given
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    let made: string | undefined
    let isGone = false
    const path = openStill.at.split(' ')[1]!.replace(':video', video).replace(':still', still.id)
    const load = async () => {
      const answer = await fetch(path, {
        headers: { authorization: `Bearer ${token() ?? ''}` },
        credentials: 'omit',
      })
      if (!answer.ok || isGone) return
      made = URL.createObjectURL(await answer.blob())
      setUrl(made)
    }
    load().catch(() => undefined) // the next one is newer anyway
    return () => {
      isGone = true
      if (made) URL.revokeObjectURL(made)
    }
  }, [video, still.id, token])
  const words = say('field.video.still-at', { time: clockTime(still.at) })
  return (
    <figure>
      {url ? <img src={url} alt={words} /> : undefined}
      <figcaption>{words}</figcaption>
    </figure>
  )
}
