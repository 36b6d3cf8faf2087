import type { Call } from '@open110/kit/client/call'
import type { Timers } from '@open110/kit/client/live'
import type { Slip } from '@open110/modules/dispatch'
import { drain, lineOf, type Act, type Press, type TurnedDown } from './outbox.state.ts'
import type { Shelf } from './shelf.ts'

/** 发件 — what waits on this phone, for whom, and what can still be taken back. */
export type Sending = {
  readonly presses: readonly Press[]
  /** Keys of presses that have not left yet because a slip of the thumb is forgiven so long. */
  readonly held: ReadonlySet<string>
  readonly isSending: boolean
  readonly turnedDown: readonly TurnedDown[]
}

/**
 * 撤销窗口 — for steps that no later step can take back. A court reads these times: what was pressed by a slip of the
 * thumb must not be among them, and what has stood for three seconds is a record, with network or without.
 */
export const undoMs = 3_000
const waitsMs = [1_000, 2_000, 5_000, 10_000, 30_000]

export function openSending(given: {
  unit: string
  call: Call
  timers: Timers
  shelf: Shelf
  now: () => string
  makeKey: () => string
  onChange: (sending: Sending) => void
  /** Something was answered: slips as they are now. */
  onAnswer: (slips: readonly Slip[]) => void
  onSignedOut: () => void
}) {
  const { shelf, timers, unit } = given
  let presses = shelf.read<readonly Press[]>('presses') ?? []
  let turnedDown: readonly TurnedDown[] = []
  const holding = new Map<string, () => void>()
  const busy = new Set<string>()
  let misses = 0
  let stopAgain = () => {}

  const get = (): Sending => ({
    presses,
    held: new Set(holding.keys()),
    isSending: busy.size > 0,
    turnedDown,
  })
  const tell = () => given.onChange(get())
  const known = new Set(presses.map(({ key }) => key))
  /** What another page of this phone has kept in the meantime stays, and is sent from here as well: its key makes it one. */
  const keep = (next: readonly Press[]) => {
    const others = (shelf.read<readonly Press[]>('presses') ?? []).filter(({ key }) => !known.has(key))
    presses = [...others, ...next]
    for (const { key } of presses) known.add(key)
    shelf.write('presses', presses)
  }
  /** What another unit's officer pressed on this phone waits for that officer. */
  const mine = () => presses.filter((press) => press.unit === unit)

  const sendLine = async (line: string): Promise<void> => {
    const all = mine().filter((press) => lineOf(press) === line)
    const firstHeld = all.findIndex(({ key }) => holding.has(key))
    const batch = firstHeld < 0 ? all : all.slice(0, firstHeld)
    if (batch.length === 0 || busy.has(line)) return
    busy.add(line)
    tell()
    const result = await drain(batch, given.call).finally(() => busy.delete(line))
    // A press made in the meantime stays, unless what it stood on was turned down.
    const hasFallen = result.turnedDown.length > 0
    const gone = new Set(batch.filter((press) => !result.left.includes(press)))
    keep(
      presses.filter(
        (press) => !gone.has(press) && !(hasFallen && press.unit === unit && lineOf(press) === line),
      ),
    )
    turnedDown = [...turnedDown, ...result.turnedDown]
    tell()
    if (gone.size > 0) given.onAnswer(result.slips)
    if (result.stopped === 'signed-out') return given.onSignedOut()
    if (result.stopped === undefined) {
      misses = 0
      return sendLine(line)
    }
    misses += 1
    stopAgain()
    stopAgain = timers.after(waitsMs[Math.min(misses, waitsMs.length) - 1] ?? 30_000, send)
  }
  const send = () => {
    stopAgain()
    for (const line of new Set(mine().map(lineOf))) void sendLine(line)
  }
  const letGo = (key: string) => {
    holding.get(key)?.()
    holding.delete(key)
  }

  return {
    get,
    send,
    /** Takes them here and now; the server hears of them as soon as it can. The first may be held, and the others with it. */
    press(acts: readonly Act[], holdMs = 0) {
      const made = acts.map((act): Press => ({ ...act, key: given.makeKey(), unit, madeAt: given.now() }))
      const [first] = made
      if (!first) return
      const line = lineOf(first)
      // Going on to the next step says that the one before was meant.
      for (const earlier of mine()) if (lineOf(earlier) === line) letGo(earlier.key)
      turnedDown = turnedDown.filter((down) => lineOf(down.press) !== line)
      if (holdMs > 0) {
        const stop = timers.after(holdMs, () => {
          holding.delete(first.key)
          tell()
          send()
        })
        holding.set(first.key, stop)
      }
      keep([...presses, ...made])
      tell()
      send()
    },
    /** 撤销 — as if it, and what came after it, had not been pressed; too late once it has left. */
    undo(key: string) {
      const from = presses.findIndex((press) => press.key === key)
      const press = presses[from]
      if (!press || !holding.has(key)) return
      letGo(key)
      keep(presses.filter((other, index) => index < from || lineOf(other) !== lineOf(press)))
      tell()
    },
    dismiss(down: TurnedDown) {
      turnedDown = turnedDown.filter((other) => other !== down)
      tell()
    },
    close() {
      stopAgain()
      // What was being held goes with the next start: it was pressed, and nobody took it back.
      for (const key of [...holding.keys()]) letGo(key)
    },
  }
}
