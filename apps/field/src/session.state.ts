import { Unanswered, type Call } from '@open110/kit/client/call'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { Staff } from '@open110/modules/staff'
import { login } from '@open110/modules/staff/api'
import type { Shelf } from './shelf.ts'

/** 登录 — who holds this phone, and the unit whose slips it shows. */
export type Session = { readonly token: string; readonly staff: Staff }

export function keptSession(shelf: Shelf): Session | undefined {
  return shelf.read<Session>('session')
}

export type SignInFault = Refusal | 'unanswered' | 'no-unit'

/** An account without a unit is told so instead of being shown an empty screen. */
export async function signIn(
  call: Call,
  shelf: Shelf,
  account: string,
  password: string,
): Promise<Session | { fault: SignInFault }> {
  try {
    const answer = await call(login, { body: { account: account.trim(), password } })
    if (isRefusal(answer)) return { fault: answer }
    if (!answer.staff.unit) return { fault: 'no-unit' }
    shelf.write('session', answer)
    return answer
  } catch (fault) {
    if (fault instanceof Unanswered) return { fault: 'unanswered' }
    throw fault
  }
}

/** Leaves nothing about anybody on the phone, except steps that were pressed and not yet sent. */
export function forget(shelf: Shelf) {
  for (const name of ['session', 'duty', 'read', 'drafts']) shelf.drop(name)
}
