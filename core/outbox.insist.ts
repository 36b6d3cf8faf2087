import type { Timers } from '@open110/kit/client/live'

/** So long a line may say nothing before the same is sent beside it: a dead connection gives no sign of being dead. */
const silenceMs = 4_000
/** A phone keeps few connections at once, and each gives up by itself after a while. */
const mostAtOnce = 4
/** Younger than this it has not had its chance. */
const youngMs = 1_000

/**
 * 催 — sends the same press with the same key once more, and again, while nobody answers; the first answer counts.
 * Safe because one key is one report (CO1), needed because a phone that has come back to the network may wait for a
 * connection that has not (F12). Fails when every copy has failed.
 */
export function insist<Answer>(given: {
  send: (isAgain: boolean) => Promise<Answer>
  timers: Timers
  /** Whether a further copy may go beside those that are out. */
  mayRepeat: (copies: number) => boolean
  /** Whoever calls the function handed over says that the line may be better now. */
  onHurry: (hurry: () => void) => void
}): Promise<Answer> {
  const { timers } = given
  return new Promise((resolve, reject) => {
    let out = 0
    let copies = 0
    let youngestMs = 0
    let isOver = false
    let stop = () => {}

    const end = (act: () => void) => {
      isOver = true
      stop()
      act()
    }
    const go = () => {
      const isAgain = copies > 0
      copies += 1
      out += 1
      youngestMs = timers.nowMs()
      given.send(isAgain).then(
        (answer) => end(() => resolve(answer)),
        (failure: unknown) => {
          out -= 1
          if (out === 0 && !isOver) end(() => reject(failure))
        },
      )
    }
    const again = () => {
      if (out < mostAtOnce && given.mayRepeat(copies)) go()
    }
    const listen = () => {
      stop = timers.after(silenceMs, () => {
        if (isOver) return
        again()
        listen()
      })
    }
    given.onHurry(() => {
      if (!isOver && timers.nowMs() - youngestMs >= youngMs) again()
    })
    go()
    listen()
  })
}
