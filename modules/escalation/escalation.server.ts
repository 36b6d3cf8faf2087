import type { Reader } from '@open110/kit/server/db'
import * as store from './escalation.store.ts'

export type Escalations = ReturnType<typeof openEscalations>

/** What the rest of the house may ask of instructions; `main.ts` hands it on. */
export function openEscalations() {
  return {
    /** 批示 — what the officers want the units to read, in order. */
    instructionsFor: (db: Reader, incident: string) => db.all(store.instructionsFor, { incident }),
    /** What this desk has asked and that is not ended. */
    openOf: async (db: Reader, desk: string) => (await db.one(store.openOfDesk, { desk })).count,
  }
}
