import { refuse, type Refusal } from '@open110/kit/refuse'
import type { Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import { staffOf } from '@open110/modules/staff'
import * as api from './dispatch.field.api.ts'
import { backupOf } from './dispatch.backup.server.ts'
import { slipAcknowledged, slipSaid } from './dispatch.events.ts'
import * as readback from './dispatch.readback.store.ts'
import { rolesFor, type Me, type Neighbours } from './dispatch.routes.ts'
import { happenedAt, isOpen, isTold } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'
import type { StoredSlip } from './dispatch.store.ts'
import { unreadSeconds, type SlipWord } from './dispatch.ts'

/** States in which a unit can find that it is not enough. */
const backupStates: readonly string[] = ['signed', 'en-route', 'on-scene', 'scene-done']

/** 复诵、催办、对话、增援 — what desk and unit tell each other about a slip beside its steps. */
export function fieldRoutes(near: Neighbours): Answer[] {
  const about = ({ id, incident, desk, unit }: StoredSlip) => ({ slip: id, incident, desk, unit })

  /** The slip and in whose name this person acts on it: as its unit, else as its desk. */
  async function mine(
    tx: Tx,
    me: Me,
    id: string,
  ): Promise<{ slip: StoredSlip; side: 'unit' | 'desk' } | undefined> {
    const slip = await tx.maybe(store.slipById, { slip: id })
    const roles = slip ? rolesFor(me, slip) : []
    if (!slip || roles.length === 0) return undefined
    return { slip, side: roles.includes('unit') ? 'unit' : 'desk' }
  }

  /** A word to the other side; a unit has to read back what the desk says. */
  async function tell(
    tx: Tx,
    slip: StoredSlip,
    said: { kind: 'urge' | 'message'; side: 'desk' | 'unit'; words: string | undefined },
    by: { id: string; name: string },
    now: string,
  ): Promise<SlipWord | Refusal<'slip.already-ended'>> {
    if (!isTold(slip.state)) return refuse('slip.already-ended', { state: slip.state })
    const word = await tx.one(readback.addWord, { slip: slip.id, ...said, at: now, by: by.name })
    if (said.side === 'desk') {
      const dueAt = plusSeconds(now, unreadSeconds)
      const { id, incident } = slip
      await tx.run(readback.addReadback, { slip: id, incident, what: said.kind, at: now, dueAt })
    }
    tx.emit(slipSaid, now, { ...about(slip), kind: said.kind, side: said.side, at: now })
    const act = `slip.${said.kind}`
    await near.audit(tx, now, { actor: by.id, act, object: slip.id, facts: { side: said.side } })
    return word
  }

  return [
    answer(api.acknowledge, async ({ params, body }, { me, tx, now }) => {
      const found = await mine(tx, me, params.slip)
      if (!found) return refuse('slip.not-found')
      const { slip, side } = found
      const staff = staffOf(me)
      const upTo = body.upTo < now ? body.upTo : now
      const readAt = happenedAt(body.madeAt, upTo, now)
      const what = [body.what]
      const told = { slip: slip.id, side: side === 'unit' ? 'desk' : 'unit', upTo, readAt }
      const words = await tx.run(readback.markWordsRead, { ...told, kind: what })
      if (side === 'desk') return { read: words, at: readAt }
      const read = await tx.run(readback.markRead, { slip: slip.id, what, upTo, readAt, by: staff.name })
      if (read > 0) {
        tx.emit(slipAcknowledged, now, { ...about(slip), what: body.what, upTo, at: readAt })
        const facts = { what: body.what, upTo, readAt, read }
        await near.audit(tx, now, { actor: staff.id, act: 'slip.acknowledge', object: slip.id, facts })
      }
      return { read, at: readAt }
    }),

    answer(api.urge, async ({ params, body }, { me, tx, now }) => {
      const found = await tx.maybe(store.slipById, { slip: params.slip })
      if (!found || !rolesFor(me, found).includes('dispatcher')) return refuse('slip.not-found')
      await near.incidents.held(tx, found.desk, found.incident)
      const slip = await tx.one(store.slipForUpdate, { slip: found.id })
      const staff = staffOf(me)
      const words = body.words?.trim() || undefined
      const told = await tell(tx, slip, { kind: 'urge', side: 'desk', words }, staff, now)
      if ('refused' in told) return told
      const note = [slip.unitName, words].filter(Boolean).join(' · ')
      await near.incidents.note(tx, slip.incident, now, 'slip.urge', staff.name, note)
      const [whole] = await near.dispatch.whole(tx, [slip], ['dispatcher'])
      return whole!
    }),

    answer(api.say, async ({ params, body }, { me, tx, now }) => {
      const found = await mine(tx, me, params.slip)
      if (!found) return refuse('slip.not-found')
      const words = body.words.trim()
      if (!words) return refuse('message.words-missing')
      return tell(tx, found.slip, { kind: 'message', side: found.side, words }, staffOf(me), now)
    }),

    answer(api.askBackup, async ({ params, body }, { me, tx, now }) => {
      const found = await tx.maybe(store.slipById, { slip: params.slip })
      if (!found || !rolesFor(me, found).includes('unit')) return refuse('slip.not-found')
      await near.incidents.held(tx, found.desk, found.incident)
      const slip = await tx.one(store.slipForUpdate, { slip: found.id })
      const staff = staffOf(me)
      if (!isOpen(slip.state) || !backupStates.includes(slip.state)) {
        const facts = { move: 'backup', state: slip.state }
        await near.audit(tx, now, { actor: staff.id, act: 'refused:move.not-now', object: slip.id, facts })
        tx.remember()
        return refuse('move.not-now', facts)
      }
      const { kind = 'more-units', count = 1 } = body
      const words = body.words?.trim() || undefined
      const { incident, desk, unit, unitName } = slip
      const asked = { incident, desk, slip: slip.id, unit, unitName }
      const happened = happenedAt(body.madeAt, slip.issuedAt, now)
      const backup = await near.backups.ask(tx, asked, { kind, count, words, happenedAt: happened }, now)
      const note = [slip.unitName, words].filter(Boolean).join(' · ')
      await near.incidents.note(tx, slip.incident, now, 'slip.backup-asked', staff.name, note)
      const facts = { kind, count }
      await near.audit(tx, now, { actor: staff.id, act: 'slip.backup', object: slip.id, facts })
      return backupOf(backup!)
    }),
  ]
}
