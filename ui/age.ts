/** 时长 — how old something is, as a running clock: `0:18`, `12:04`, `1:02:33`. Figures only, so it needs no language. */
export function ageClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`
}

export type AgeUnit = 'seconds' | 'minutes' | 'hours' | 'days'

/** The same age as one rounded-down figure and its unit, for a sentence: `{ count: 3, unit: 'minutes' }`. */
export function agePart(seconds: number): { count: number; unit: AgeUnit } {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return { count: whole, unit: 'seconds' }
  if (whole < 3_600) return { count: Math.floor(whole / 60), unit: 'minutes' }
  if (whole < 86_400) return { count: Math.floor(whole / 3_600), unit: 'hours' }
  return { count: Math.floor(whole / 86_400), unit: 'days' }
}
