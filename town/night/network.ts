import type { Transport } from '@open110/kit/client/call'
import type { OpenSocket } from '@open110/kit/client/live'
import type { Life, World } from './world.ts'

/** What is asked of the server, as it stands on the wire. */
export type Asked = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The page that asked; the server never looks at it. */
  readonly by: string
}
export type Answered = {
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
  readonly retryAfterSeconds?: number
}

/** One end of a live connection, as the server holds it. */
export type Wire = { send(text: string): void; close(): void }
export type Listener = { hear(text: string): void; closed(): void }

/** The process that listens, if one does. */
export type Serving = {
  serve(asked: Asked, answer: (answered: Answered) => void, reset: () => void): void
  accept(wire: Wire): Listener
}

/** 线路 — between one device and the server. */
export type Link = {
  /** Nothing passes; a device knows it at once, as in flight mode. */
  offlineUntilMs: number
  /** Nothing passes and nobody is told. */
  cutUntilMs: number
  /** Much is lost, and what is not is late. */
  roughUntilMs: number
  /** The sockets that are open now fall silent without a word. */
  deafen(): void
  /** The sockets that are open now break. */
  drop(): void
  heal(): void
  transport(life: Life, page: string, touch: (what: string) => void): Ask
  socket(life: Life, page: string): OpenSocket
}
export type Ask = (asked: Omit<Asked, 'by'>) => Promise<Answered>

/** As browsers and their `browserTransport` do. */
const limitMs = 15_000

export function openLink(world: World, name: string, listening: () => Serving | undefined): Link {
  const { time } = world
  const chance = world.chance(`line ${name}`)
  const sockets = new Set<{ deafen(): void; drop(): void }>()
  const isOff = () => time.nowMs() < Math.max(link.offlineUntilMs, link.cutUntilMs)
  const isRough = () => time.nowMs() < link.roughUntilMs
  const isLost = () => chance.isLucky(isRough() ? 0.35 : 0.02)
  const wayMs = () => (isRough() ? chance.between(30, 2_500) : chance.between(2, 60))

  const link: Link = {
    offlineUntilMs: 0,
    cutUntilMs: 0,
    roughUntilMs: 0,
    deafen: () => sockets.forEach((socket) => socket.deafen()),
    drop: () => sockets.forEach((socket) => socket.drop()),
    heal: () => void Object.assign(link, { offlineUntilMs: 0, cutUntilMs: 0, roughUntilMs: 0 }),

    transport: (life, page, touch) => (request) =>
      new Promise((resolve, reject) => {
        touch('line.ask')
        if (life.isOver()) return
        const asked: Asked = { ...request, by: page }
        let isSettled = false
        const settle = (act: () => void) =>
          life.hear(() => {
            if (isSettled) return
            isSettled = true
            stopLimit()
            touch('line.heard')
            if (!life.isOver()) act()
          })
        const fail = (why: string) => settle(() => reject(new Error(why)))
        const stopLimit = life.after(limitMs, () => fail('no answer in time'))
        if (time.nowMs() < link.offlineUntilMs) return void life.after(20, () => fail('offline'))

        const arrive = (heard: (answered: Answered) => void, broken: () => void) => {
          const server = listening()
          if (isOff()) return
          if (server) server.serve(asked, heard, broken)
          else broken()
        }
        const back = (act: () => void) => {
          // A broken line is noticed early or only at the limit.
          const isGone = isLost()
          time.after(wayMs(), () => {
            if (isOff() || isGone) return chance.isLucky(0.7) ? fail('line lost') : undefined
            act()
          })
        }
        const heard = (answered: Answered) => back(() => settle(() => resolve(answered)))
        const broken = () => back(() => fail('connection reset'))
        if (isLost()) time.after(wayMs(), () => chance.isLucky(0.7) && fail('line lost'))
        else time.after(wayMs(), () => arrive(heard, broken))
        // A middle box that repeats: the second copy may come at once or much later, and nobody hears its answer.
        if (chance.isLucky(isRough() ? 0.15 : 0.04)) {
          const laterMs = chance.isLucky(0.6) ? chance.between(1, 80) : chance.between(100, 20_000)
          time.after(laterMs, () =>
            arrive(
              () => {},
              () => {},
            ),
          )
        }
      }),

    socket: (life, page) => (on) => {
      let state: 'opening' | 'open' | 'deaf' | 'closed' = 'opening'
      let listener: Listener | undefined
      let upAtMs = 0
      let downAtMs = 0
      /** In order, however long each takes. */
      const later = (atMs: number) => Math.max(atMs, time.nowMs() + wayMs())
      const end = () => {
        if (state === 'closed') return
        state = 'closed'
        sockets.delete(self)
        life.hear(() => on.close())
      }
      const self = {
        deafen: () => void (state = state === 'open' ? 'deaf' : state),
        drop: () => {
          const heard = listener
          // The other side learns of it later.
          time.after(chance.between(1, 20_000), () => heard?.closed())
          end()
        },
      }
      sockets.add(self)
      const wire: Wire = {
        send(text) {
          if (state !== 'open') return
          downAtMs = later(downAtMs)
          time.after(downAtMs - time.nowMs(), () => {
            if (state !== 'open') return
            // What a line has lost it does not make good by going on with the next.
            if (isOff()) return self.deafen()
            life.hear(() => {
              if (state !== 'open') return
              world.witness.frame(self, page, text)
              on.message(text)
            })
          })
        },
        close: () => void time.after(wayMs(), () => state === 'deaf' || end()),
      }
      time.after(wayMs(), () => {
        if (state !== 'opening' || life.isOver()) return
        const server = isOff() ? undefined : listening()
        if (!server) return isOff() ? undefined : end()
        state = 'open'
        listener = server.accept(wire)
        life.hear(() => on.open())
      })
      return {
        send(text) {
          if (state !== 'open') return
          if (isOff()) return self.deafen()
          world.witness.greeted(self, text)
          upAtMs = later(upAtMs)
          const heard = listener
          time.after(upAtMs - time.nowMs(), () => state === 'open' && heard?.hear(text))
        },
        close() {
          if (state === 'closed') return
          const heard = state === 'deaf' ? undefined : listener
          state = 'closed'
          sockets.delete(self)
          time.after(wayMs(), () => heard?.closed())
        },
      }
    },
  }
  return link
}

/** A page's line as the typed client wants it. */
export function asTransport(ask: Ask): Transport {
  return async ({ method, url, headers, body }) => {
    const { status, text, retryAfterSeconds } = await ask({ method, url, headers, body: body ?? '' })
    return { status, text, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
  }
}
