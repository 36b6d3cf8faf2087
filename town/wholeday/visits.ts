import { randomUUID } from 'node:crypto'
import * as followup from '@open110/modules/followup/api'
import { granted } from '../town.ts'
import type { Stage } from './scenes.ts'

/** 回访 — the duty officer comes back to whoever is due, by a way that may be used with them. How many there were. */
export async function visit(stage: Stage): Promise<number> {
  const officer = stage.crew.officer()
  const due = granted(await officer(followup.list, { query: { scope: 'open' } }))
  for (const { id, channels } of due) {
    const channel = channels.includes('call') ? 'call' : 'message'
    const isHeard = stage.chance() < 0.9
    const words = '您好,请问对这次处警是否满意?'
    const body = {
      channel: channel as 'call' | 'message',
      hasReached: isHeard,
      words,
      ...(isHeard && { result: { satisfaction: 3 + Math.floor(stage.chance() * 3) } }),
    }
    granted(await officer(followup.attempt, { params: { followup: id }, body, key: randomUUID() }))
    stage.ledger.visited(isHeard)
  }
  return due.length
}
