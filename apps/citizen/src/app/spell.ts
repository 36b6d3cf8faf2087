/** `0:18`, `12:05`, `1:02:30` — how long somebody has waited. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`
}

/** A moment as a person reads it: the time of today, else with its day. */
export function timeOf(moment: string, now: string, language: string): string {
  const at = new Date(moment)
  const isToday = at.toDateString() === new Date(now).toDateString()
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  return at.toLocaleString(language, isToday ? time : { month: 'numeric', day: 'numeric', ...time })
}

const stepOf = (metres: number) => (metres < 20 ? 1 : metres < 100 ? 10 : metres < 1000 ? 50 : 100)

/** A distance rounded to what is known: 8, 20, 150, 1200. */
export function roundMetres(metres: number): number {
  const step = stepOf(metres)
  return Math.max(step, Math.round(metres / step) * step)
}

/** "Within so many metres" is rounded up: 23 is within 30, not within 20. */
export function withinMetres(metres: number): number {
  const step = stepOf(metres)
  return Math.max(step, Math.ceil(metres / step) * step)
}
