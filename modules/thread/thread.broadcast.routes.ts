import { isRefusal, refuse } from '@open110/kit/refuse'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import { contactOf, permit, permitQuiet } from '@open110/modules/contact'
import type { Incidents } from '@open110/modules/incident/server'
import type { Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './thread.broadcast.api.ts'
import type { Write } from './thread.write.server.ts'

/** A button at a wall reads nothing, and another body follows its matter by the ladder. */
const withoutDialogue: readonly string[] = ['panic', 'agency']

function whyNotTold(report: {
  receivedAt?: string | undefined
  state: string
  mode: string
}): 'invalid' | 'not-received' | 'no-dialogue' | undefined {
  if (!report.receivedAt) return 'not-received'
  if (report.state === 'invalid') return 'invalid'
  return withoutDialogue.includes(report.mode) ? 'no-dialogue' : undefined
}

/** 统一回复 — one message of the desk into the dialogue of every report of an incident (lessons b8). */
export function broadcastRoutes(near: {
  audit: Audit
  incidents: Pick<Incidents, 'held' | 'note' | 'tell'>
  reports: Pick<Reports, 'ofIncident'>
  write: Write
  /** The line for those whom the words could betray, in the language of their report. It says nothing of why. */
  quietWords: (language: string) => string
}): Answer[] {
  return [
    answer(api.broadcast, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await near.incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      if (!body.words.trim()) return refuse('message.words-missing')
      // Its dialogues lie with the incident that it is part of.
      if (incident.state === 'merged') return refuse('incident.already-closed')
      const told = { ordinary: 0, covert: 0 }
      const skipped: { report: string; why: 'invalid' | 'not-received' | 'no-dialogue' }[] = []
      for (const report of await near.reports.ofIncident(tx, incident.id)) {
        const why = whyNotTold(report)
        if (why) {
          skipped.push({ report: report.id, why })
          continue
        }
        const contact = contactOf(report, now)
        const aloud = permit(contact, 'sound', now)
        const isOrdinary = !isRefusal(permit(contact, 'progress', now)) && !isRefusal(aloud)
        const what = isOrdinary
          ? { kind: 'words' as const, words: body.words }
          : { kind: 'words' as const, words: near.quietWords(report.language), quiet: true }
        const by = { id: staff.id, name: staff.name, permit: isOrdinary ? aloud : permitQuiet() }
        await near.write(tx, report, by, what, now)
        told[isOrdinary ? 'ordinary' : 'covert'] += 1
      }
      const counts = `${told.ordinary} + ${told.covert}`
      await near.incidents.note(tx, incident.id, now, 'thread.broadcast', staff.name, counts)
      await near.incidents.tell(tx, incident, incident.state, now, false)
      const facts = { ...told, skipped: skipped.map(({ report, why }) => `${report} ${why}`) }
      await near.audit(tx, now, { actor: staff.id, act: 'thread.broadcast', object: incident.id, facts })
      return { ...told, skipped }
    }),
  ]
}
