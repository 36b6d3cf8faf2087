import type { Tx } from '@open110/kit/server/db'
import type { Caller } from '@open110/modules/person'
import type { People } from '@open110/modules/person/server'
import * as store from './channel.caller.store.ts'

export type Callers = ReturnType<typeof openCallers>

/** 来电人 — a number is one person for us, whichever door they come by; without a number each time is somebody new. */
export function openCallers({ people }: { people: People }) {
  return async (
    tx: Tx,
    caller: { number: string | undefined; name?: string | undefined },
    now: string,
  ): Promise<{ id: string } & Caller> => {
    const { number: phone, name } = caller
    if (phone === undefined) return people.addCaller(tx, { name }, now)
    const digest = people.digest(phone)
    await tx.run(store.holdNumber, { digest })
    const known = await tx.maybe(store.callerBy, { digest })
    if (known) {
      const { id, assurance, needs, language } = await people.citizen(tx, known.citizen)
      return { id, assurance, needs, language }
    }
    const added = await people.addCaller(tx, { phone, name }, now)
    await tx.run(store.addCaller, { digest, citizen: added.id, now })
    return added
  }
}
