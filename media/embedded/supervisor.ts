import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EngineCaps, MediaEngine, MediaEvent } from '../port.ts'
import { EngineRefusal, isEngineRefusalCode } from '../refusal.ts'
import type { Answerable, AskOf, EngineSettings, GaveOf, Said } from './engine.words.ts'

export type EmbeddedSettings = Partial<EngineSettings> & {
  /** What went wrong in the engine without ending a call, or ended its process; it is never thrown. */
  onFault(what: string, cause: unknown): void
  /** How long its process may wait to be started while nobody asks for anything: a server that comes back takes alarms first. */
  startAfterMs?: number
  /** A process carries the media from now on. */
  onProcess?(id: number): void
}

/**
 * 守护 — keeps the engine's process: a fault in a native library ends that process and no other. It is started again with
 * growing pauses; what it held is gone, and `engine.down` and `engine.up` say so.
 */
export function openEmbeddedEngine(settings: EmbeddedSettings): MediaEngine {
  const { onFault, onProcess, startAfterMs = 0, ...rest } = settings
  const handed: EngineSettings = { transport: 'auto', mostRooms: 20, ...rest }
  const hearers = new Set<(event: MediaEvent) => void>()
  const waiting = new Map<number, Waiting>()
  let caps: EngineCaps = {
    simulcast: false,
    transports: handed.transport === 'portable' ? ['portable'] : ['native', 'portable'],
    mostRooms: handed.mostRooms,
    takesRtmp: handed.rtmp !== undefined,
    offersWatches: false,
  }
  let child: ChildProcess | undefined
  let isReady = false
  let isEnding = false
  let asked = 0
  let failures = 0
  let whyAway = 'starting'
  let restart: NodeJS.Timeout | undefined
  let first: NodeJS.Timeout | undefined
  let whenReady: (() => void)[] = []

  const tell = (event: MediaEvent): void => {
    for (const hear of hearers) {
      try {
        hear(event)
      } catch (cause) {
        onFault(`hearing ${event.t}`, cause)
      }
    }
  }

  function begin(): void {
    clearTimeout(first)
    first = undefined
    start()
  }

  function start(): void {
    const started = fork(
      fileURLToPath(new URL('./engine.program.ts', import.meta.url)),
      [JSON.stringify(handed)],
      {
        execArgv: [],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    )
    child = started
    if (started.pid !== undefined) onProcess?.(started.pid)
    let lastWords = ''
    const bornAt = performance.now()
    started.stderr?.setEncoding('utf8').on('data', (words: string) => {
      lastWords = `${lastWords}${words}`.slice(-2000)
    })
    started.on('message', (said: Said) => child === started && heard(said))
    started.on('error', (cause) => onFault('engine process', cause))
    started.once('exit', (code, signal) => {
      if (child !== started) return
      if (performance.now() - bornAt > steadyMs) failures = 0
      gone(`${signal ?? `exit ${code}`}${lastWords ? `: ${lastWords.trim()}` : ''}`)
    })
  }

  function gone(why: string): void {
    const wasReady = isReady
    child = undefined
    isReady = false
    whyAway = why
    for (const each of waiting.values()) each.refuse(new EngineRefusal('engine-away', why))
    waiting.clear()
    if (isEnding) return
    onFault('engine process', new Error(why))
    if (wasReady) tell({ t: 'engine.down', why })
    restart = setTimeout(start, pauseMs(failures++))
  }

  function heard(said: Said): void {
    switch (said.t) {
      case 'ready': {
        const isBack = whyAway !== 'starting'
        caps = said.caps
        isReady = true
        for (const go of whenReady) go()
        whenReady = []
        if (isBack) tell({ t: 'engine.up' })
        return
      }
      case 'event':
        return tell(said.event)
      case 'fault':
        return onFault(said.what, new Error(said.why))
      case 'gave':
        waiting.get(said.id)?.give(said.gave)
        waiting.delete(said.id)
        return
      case 'refused': {
        const { code, why, id } = said
        waiting.get(id)?.refuse(isEngineRefusalCode(code) ? new EngineRefusal(code, why) : new Error(why))
        waiting.delete(id)
      }
    }
  }

  /** Until the first start is done a question waits; later on, an engine that is away says so at once. */
  async function here(): Promise<void> {
    if (isReady) return
    if (isEnding || whyAway !== 'starting') throw new EngineRefusal('engine-away', whyAway)
    if (first) begin()
    await new Promise<void>((go, refuse) => {
      const late = setTimeout(() => refuse(new EngineRefusal('engine-away', 'starting')), startWithinMs)
      whenReady.push(() => {
        clearTimeout(late)
        go()
      })
    })
  }

  async function ask<Name extends Answerable>(
    name: Name,
    what: AskOf<Name>,
    withinMs = answerWithinMs,
  ): Promise<GaveOf<Name>> {
    await here()
    const id = ++asked
    return new Promise((give, refuse) => {
      const late = setTimeout(() => {
        waiting.delete(id)
        refuse(new EngineRefusal('engine-away', `no answer to ${name}`))
      }, withinMs)
      waiting.set(id, {
        give: (gave) => (clearTimeout(late), give(gave as GaveOf<Name>)),
        refuse: (cause) => (clearTimeout(late), refuse(cause)),
      })
      child?.send({ id, name, ask: what }, (cause) => cause && onFault(`asking ${name}`, cause))
    })
  }

  /** A process that lives and does not answer is as good as gone, and its rooms must move. */
  const pulse = setInterval(() => {
    const asleep = child
    if (!isReady || !asleep) return
    ask('health', undefined, pulseWithinMs).catch(() => child === asleep && asleep.kill('SIGKILL'))
  }, pulseWithinMs)
  pulse.unref()
  if (startAfterMs > 0) first = setTimeout(begin, startAfterMs)
  else start()

  return {
    id: 'embedded',
    caps: () => caps,
    async health() {
      return ask('health', undefined).catch(() => ({ ok: false, rooms: 0, why: whyAway }))
    },
    open: (what) => ask('open', what),
    publish: (what) => ask('publish', what),
    watch: (what) => ask('watch', what),
    answered: () => Promise.reject(new EngineRefusal('not-here')),
    route: (what) => ask('route', what),
    unwatch: (what) => ask('unwatch', what),
    leave: (what) => ask('leave', what),
    close: (what) => ask('close', what),
    stats: (what) => ask('stats', what),
    ingest: (what) => ask('ingest', what),
    on(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    async end() {
      if (isEnding) return
      const isAnswering = isReady
      isEnding = true
      clearInterval(pulse)
      clearTimeout(restart)
      clearTimeout(first)
      const ending = child
      if (!ending) return
      const over = new Promise<void>((done) => ending.once('exit', () => done()))
      if (isAnswering) await ask('end', undefined).catch(() => {})
      else ending.kill('SIGKILL')
      const late = setTimeout(() => ending.kill('SIGKILL'), endWithinMs)
      await over
      clearTimeout(late)
    },
  }
}

type Waiting = { give(gave: unknown): void; refuse(cause: unknown): void }

const startWithinMs = 30_000
const answerWithinMs = 10_000
const pulseWithinMs = 15_000
const endWithinMs = 5_000
/** A process that lived so long did not die of how it was started. */
const steadyMs = 60_000

const pauseMs = (failures: number): number => Math.min(10_000, 200 * 2 ** failures)
