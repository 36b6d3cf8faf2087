import { Staff } from '@open110/modules/staff'
import * as z from 'zod/mini'

/** 登录 — who sits here. Kept for this tab alone, so closing it leaves nothing behind. */
export const Session = z.object({
  token: z.string(),
  staff: Staff,
  seat: z.optional(z.number()),
  /** Signed in without a seat: sees the desk and receives nothing. */
  isWatching: z.optional(z.boolean()),
})
export type Session = z.infer<typeof Session>

/** A browser's `sessionStorage`, or a fake. */
export type Keep = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const name = 'open110.console.session'

export function keptSession(keep: Keep): Session | undefined {
  const text = keep.getItem(name)
  if (text === null) return undefined
  const read = z.safeParse(Session, jsonOf(text))
  return read.success ? read.data : undefined
}

export function keepSession(keep: Keep, session: Session | undefined): void {
  if (session) keep.setItem(name, JSON.stringify(session))
  else keep.removeItem(name)
}

export const isSupervisor = (session: Session): boolean => session.staff.roles.includes('supervisor')

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
