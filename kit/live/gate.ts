import { openQueue } from './queue.ts'

/** 入口 — only so much at once; the others wait in line, and who goes first goes before the rest. Nobody is turned away. */
export type Gate = <Answer>(work: () => Promise<Answer>, goesFirst?: boolean) => Promise<Answer>

export function openGate(atOnce: number): Gate {
  const [first, rest] = [openQueue<() => void>(), openQueue<() => void>()]
  let busy = 0
  return async (work, goesFirst = false) => {
    if (busy < atOnce) busy += 1
    else await new Promise<void>((go) => (goesFirst ? first : rest).put(go))
    try {
      return await work()
    } finally {
      const next = first.take() ?? rest.take()
      // The place is handed over, so that nobody slips in between.
      if (next) next()
      else busy -= 1
    }
  }
}

/**
 * 门厅 — work that comes in from the network, so much of it in one turn of the event loop. Whatever else the process does
 * has its turn in between, however many knock at once.
 */
export function openPorch(inOneTurn: number): (enter: () => void) => void {
  const queue = openQueue<() => void>()
  let entered = 0
  let isDue = false
  const admit = () => {
    for (let enter; entered < inOneTurn && (enter = queue.take()); entered++) enter()
    if (isDue || entered === 0) return
    isDue = true
    setImmediate(() => {
      isDue = false
      entered = 0
      admit()
    })
  }
  return (enter) => {
    queue.put(enter)
    admit()
  }
}
