import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { Button } from '@open110/ui/button'
import { browserTimers } from '@open110/kit/client/browser'
import type { Call } from '@open110/kit/client/call'
import { iceServersOf, videoSignals } from '@open110/core/video'
import { openCamera, openSender, openWatcher, type CameraTrouble, type Watcher } from '@open110/media/client'
import type { VideoCall } from '@open110/modules/video'
import { leave, type Entry } from '@open110/modules/video/api'
import { filmedBy } from './video.state.ts'
import { say } from './words.ts'

/** 画面 — the reporter's line in this phone, silent until its officer asks; and the officer's own camera the other way. */
export function FilmHere(given: {
  video: VideoCall
  entry: Entry
  shown: 'film' | 'stills' | 'lost'
  call: Call
  children: ReactNode
}) {
  const { video, entry, shown, call } = given
  const [stream, setStream] = useState<MediaStream>()
  const [isHeard, setHeard] = useState(false)
  const reporter = filmedBy(video)
  const of = reporter?.id
  const generation = reporter?.feed?.generation
  const kinds = reporter?.feed?.kinds.join() ?? ''
  const watcher = useRef<Watcher>(undefined)
  useEffect(() => {
    if (!of || !kinds) return undefined
    const signals = videoSignals(call, entry.video.id, entry.me.id)
    const opened = openWatcher({
      signals,
      iceServers: () => iceServersOf(entry),
      of,
      kinds: (['audio', 'video'] as const).filter((kind) => kinds.includes(kind)),
      timers: browserTimers,
      onStream: setStream,
      onState: () => undefined,
    })
    watcher.current = opened
    const nudge = () => opened.nudge()
    addEventListener('online', nudge)
    document.addEventListener('visibilitychange', nudge)
    return () => {
      removeEventListener('online', nudge)
      document.removeEventListener('visibilitychange', nudge)
      opened.close()
      setStream(undefined)
    }
  }, [call, entry, of, kinds])
  useEffect(() => watcher.current?.feedUp(), [generation])
  useEffect(
    () => () => {
      // Not heard is no harm: the server notices by itself that nobody watches.
      void call(leave, { params: { video: entry.video.id, participant: entry.me.id } }).catch(() => undefined)
    },
    [call, entry],
  )
  const show = useCallback(
    (element: HTMLVideoElement | null) => {
      if (element && element.srcObject !== (stream ?? null)) element.srcObject = stream ?? null
    },
    [stream],
  )
  return (
    <>
      {shown === 'stills' ? given.children : undefined}
      {/* Nobody writes captions of what is said just now. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <video
        ref={show}
        className="video-film"
        hidden={shown === 'stills'}
        aria-label={say('field.video')}
        autoPlay
        playsInline
        muted={!isHeard}
      />
      {stream ? undefined : <p className="video-about">{say('field.video.waiting')}</p>}
      {video.isCovert ? <p className="video-about">{say('field.video.covert')}</p> : undefined}
      <div className="tools">
        <Button isPressed={isHeard} onPress={() => setHeard(!isHeard)}>
          {say(isHeard ? 'field.video.mute' : 'field.video.hear')}
        </Button>
        <Own entry={entry} call={call} />
      </div>
    </>
  )
}

/** 传我的画面 — begun and ended by its officer alone. */
function Own({ entry, call }: { entry: Entry; call: Call }) {
  const [isOn, setOn] = useState(false)
  const [trouble, setTrouble] = useState<CameraTrouble>()
  useEffect(() => {
    if (!isOn) return undefined
    let sender: ReturnType<typeof openSender> | undefined
    let isGone = false
    const camera = openCamera({
      timers: browserTimers,
      devices: navigator.mediaDevices,
      onStream: (stream) => sender?.send(stream),
      onTrouble: setTrouble,
    })
    const begin = async () => {
      const { stream, trouble: why } = await camera.start({ video: true, audio: true })
      if (isGone) return
      setTrouble(why)
      if (!stream) return setOn(false)
      sender = openSender({
        signals: videoSignals(call, entry.video.id, entry.me.id),
        iceServers: () => iceServersOf(entry),
        maxKbps: entry.maxVideoKbps,
        stillSeconds: entry.stillSeconds,
        timers: browserTimers,
        stream,
        onState: ({ phase }) => phase === 'over' && setOn(false),
      })
    }
    void begin()
    const wake = () => {
      camera.wake()
      sender?.nudge()
    }
    addEventListener('online', wake)
    document.addEventListener('visibilitychange', wake)
    return () => {
      isGone = true
      removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
      sender?.close()
      camera.stop()
    }
  }, [isOn, entry, call])
  return (
    <>
      <Button isPressed={isOn} onPress={() => setOn(!isOn)}>
        {say(isOn ? 'field.video.stop' : 'field.video.send')}
      </Button>
      {isOn ? <p className="video-sending">{say('field.video.sending')}</p> : undefined}
      {trouble ? <p role="alert">{say(`field.video.camera.${trouble}`)}</p> : undefined}
    </>
  )
}
