import type * as z from 'zod/mini'
import type { EventContract } from '../pure/event.ts'
import type { Reaction, Tx } from './database.ts'
import type { Told } from './told.ts'

export type Reactions = ReturnType<typeof openReactions>

/** 随动 — who wants to write something of their own in the transaction in which an event is told. */
export function openReactions() {
  const byType = new Map<string, Set<Reaction<unknown>>>()
  return {
    heed<Body extends z.ZodMiniType>(
      contract: EventContract<Body>,
      react: Reaction<z.infer<Body>>,
    ): () => void {
      const heeding = byType.get(contract.name) ?? new Set()
      byType.set(contract.name, heeding)
      const one = react as Reaction<unknown>
      heeding.add(one)
      return () => void heeding.delete(one)
    },
    /** `told` grows while it is worked through: what a reaction tells is heeded as well. */
    async run(tx: Tx, told: readonly Told[]): Promise<void> {
      for (const { type, data, at } of told)
        for (const react of byType.get(type) ?? []) await react(tx, data, at)
    },
  }
}
