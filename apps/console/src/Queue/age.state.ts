/** 时龄 — how long something has lasted, as figures that keep their width, and when it becomes a warning. */
export type AgeTone = 'fresh' | 'late' | 'overdue'

/** Seconds at which a waiting report turns amber and red (lessons c2, NENA-STA-020). */
const waitingAt = { late: 15, overdue: 20 } as const
/** Seconds since the phone was last heard of. */
const signalAt = { late: 15, overdue: 45 } as const
/** Seconds from issuing a slip to its signature (domain §3.3): urge at 60, red at 180. */
const signingAt = { late: 60, overdue: 180 } as const
/** A unit's position older than this is drawn as old, then as a guess. */
const fixAt = { late: 60, overdue: 300 } as const

const toneAt =
  (limits: { late: number; overdue: number }) =>
  (seconds: number): AgeTone =>
    seconds >= limits.overdue ? 'overdue' : seconds >= limits.late ? 'late' : 'fresh'

export const waitingTone = toneAt(waitingAt)
export const signalTone = toneAt(signalAt)
export const signingTone = toneAt(signingAt)
export const fixTone = toneAt(fixAt)

/** Whole seconds from a moment to now; never negative, for clocks differ. */
export function secondsSince(moment: string, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(moment)) / 1000))
}

const two = (value: number) => String(value).padStart(2, '0')

/** `0:07`, `12:40`, `1:02:33`, from a day on `2天03时`. */
export function ageText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  if (hours >= 24) return `${Math.floor(hours / 24)}天${two(hours % 24)}时`
  if (hours > 0) return `${hours}:${two(minutes)}:${two(whole % 60)}`
  return `${minutes}:${two(whole % 60)}`
}

/** `14:03:22` on the desk's own clock. */
export function clockText(moment: string | number): string {
  const date = new Date(moment)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** The clock alone for today, with the day before it for any other. */
export function momentText(moment: string, nowMs: number): string {
  const date = new Date(moment)
  const now = new Date(nowMs)
  const isToday = date.toDateString() === now.toDateString()
  return isToday
    ? clockText(moment)
    : `${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockText(moment)}`
}

/** `约 35 米`, `约 1.2 公里`: no finer than the accuracy allows. */
export function metresText(metres: number): string {
  if (metres < 100) return `${Math.max(1, Math.round(metres))} 米`
  if (metres < 1000) return `${Math.round(metres / 10) * 10} 米`
  return `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} 公里`
}
