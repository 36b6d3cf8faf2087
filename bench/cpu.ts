import { readdirSync, readFileSync } from 'node:fs'

/** 处理器 — who used the processor meanwhile, from /proc. Where there is none (macOS, Windows) it is not known. */
export type Usages = ReadonlyMap<number, Usage>
type Usage = { readonly parent: number; readonly own: number; readonly reaped: number }

/** Linux tells user space hundredths of a second on every machine that Node runs on. */
const ticksPerSecond = 100

function usagesNow(): Usages {
  const all = new Map<number, Usage>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    let text: string
    try {
      text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    } catch {
      continue // it has just ended; its parent has its time
    }
    // The program's name in brackets may hold blanks, so the fields are counted from behind it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const at = (n: number) => fields[n] ?? 0
    all.set(pid, { parent: at(1), own: at(11) + at(12), reaped: at(13) + at(14) })
  }
  return all
}

/** What the whole machine did besides idling and waiting; what other guests took of it counts as done. */
function busyTicks(): number {
  const line = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? ''
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number)
  return user + nice + system + irq + softirq + steal
}

/** One process, without those that it started. */
export const alone =
  (pid: number) =>
  (all: Usages): number =>
    all.get(pid)?.own ?? 0

/** One process with all that it started, the ended ones too. */
export const family =
  (pid: number) =>
  (all: Usages): number => {
    let ticks = 0
    for (const [other, usage] of all) {
      if (other === pid) ticks += usage.own + usage.reaped
      else if (usage.parent === pid) ticks += family(other)(all)
    }
    return ticks
  }

export type Reading<Part extends string> = {
  /** Seconds of processor time of each part. */
  readonly parts: Readonly<Record<Part, number>>
  /** How many cores others kept busy: what ran besides this process and all that it started. */
  readonly foreignCores: number
}

/** Starts to measure; the answer reads. */
export function startMeter<Part extends string>(
  parts: Readonly<Record<Part, (all: Usages) => number>>,
): () => Reading<Part> | undefined {
  const names = Object.keys(parts) as Part[]
  const read = () => {
    const all = usagesNow()
    const ours = family(process.pid)(all)
    return { ours, busy: busyTicks(), atMs: performance.now(), parts: names.map((name) => parts[name](all)) }
  }
  if (process.platform !== 'linux') return () => undefined
  const from = read()
  return () => {
    const to = read()
    const seconds = (ticks: number) => ticks / ticksPerSecond
    const spent = names.map((name, n) => [name, seconds((to.parts[n] ?? 0) - (from.parts[n] ?? 0))] as const)
    return {
      parts: Object.fromEntries(spent) as Record<Part, number>,
      foreignCores: Math.max(
        0,
        seconds(to.busy - from.busy - (to.ours - from.ours)) / ((to.atMs - from.atMs) / 1000),
      ),
    }
  }
}
