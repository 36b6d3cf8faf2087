import { cell } from '@open110/core/cell'
import type { OpenVideo } from './video.ts'

/** The one call of this phone, with the address of the page that shows it. */
export type Running = { readonly of: string; readonly video: OpenVideo }

export const running = cell<Running | undefined>(undefined)

/** Whether the sound was kept from going out, for the next life of the page; a quiet page keeps nothing and is always without. */
const soundAt = 'sound'

export function rememberSound(isMuted: boolean): void {
  try {
    if (isMuted) sessionStorage.setItem(soundAt, 'off')
    else sessionStorage.removeItem(soundAt)
  } catch {
    // After a reload it begins without sound then.
  }
}

/** What was chosen before a reload; where that is not known, no sound leaves the phone. */
export function wasMuted(isQuiet: boolean): boolean {
  if (isQuiet) return true
  try {
    return sessionStorage.getItem(soundAt) === 'off'
  } catch {
    return true
  }
}

/** The report has the server's name from now on. */
export function rename(from: string, to: string): void {
  const now = running.get()
  if (now?.of === from) running.set({ ...now, of: to })
}

/** A call that has ended, or was never let in, makes way for the next one. */
export function forgetOver(): void {
  const { phase } = running.get()?.video.sight.get() ?? {}
  if (phase === 'over' || phase === 'barred' || phase === 'elsewhere') running.set(undefined)
}
