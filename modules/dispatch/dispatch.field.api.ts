import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { UnitFix } from '@open110/modules/unit'
import { Backup, BackupKind } from './dispatch.backup.ts'
import { Panic, PanicEnd } from './dispatch.panic.ts'
import { ReadbackKind, SlipWord } from './dispatch.readback.ts'
import { Slip } from './dispatch.ts'

const madeAt = z.optional(z.string().check(z.maxLength(40)))
const words = z.optional(z.string().check(z.maxLength(500)))

export const acknowledge = route({
  name: 'dispatch.acknowledge',
  at: 'POST /api/v1/slips/:slip/acknowledgements',
  means:
    'Read back: whoever carries the slip has read its supplements, raised dangers, urges or messages up to this moment. The desk marks the messages of the unit in the same way.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({ what: ReadbackKind, upTo: Moment, madeAt }),
  gives: z.object({ read: z.number(), at: Moment }),
  refuses: ['slip.not-found'],
})

export const say = route({
  name: 'dispatch.say',
  at: 'POST /api/v1/slips/:slip/messages',
  means: 'Write to the unit, or from the unit to the desk, about this slip.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({ words: z.string().check(z.minLength(1), z.maxLength(2_000)), madeAt }),
  gives: SlipWord,
  refuses: ['slip.not-found', 'slip.already-ended', 'message.words-missing'],
  status: 201,
})

export const urge = route({
  name: 'dispatch.urge',
  at: 'POST /api/v1/slips/:slip/urges',
  means: 'Urge a unit on. It sounds there until it is acknowledged.',
  who: ['dispatch.work'],
  takes: z.object({ words: z.optional(z.string().check(z.maxLength(500))) }),
  gives: Slip,
  refuses: ['slip.not-found', 'slip.already-ended'],
  status: 201,
})

export const askBackup = route({
  name: 'dispatch.backup',
  at: 'POST /api/v1/slips/:slip/backups',
  means: 'A unit on its way or at the scene asks for backup. The desk decides.',
  who: ['unit.work'],
  takes: z.object({
    kind: z.optional(BackupKind),
    count: z.optional(z.int().check(z.minimum(1), z.maximum(50))),
    words,
    madeAt,
  }),
  gives: Backup,
  refuses: ['slip.not-found', 'move.not-now'],
  status: 201,
})

export const panic = route({
  name: 'unit.panic',
  at: 'POST /api/v1/units/:unit/panics',
  means:
    'An officer is in danger. Never refused to the own unit; pressing again while one is open renews its place and rings again.',
  who: ['unit.work'],
  takes: z.object({ fix: z.optional(UnitFix), madeAt, slip: z.optional(z.string()) }),
  gives: Panic,
  refuses: ['unit.not-found'],
  status: 201,
  admission: 'alarm',
})

export const acknowledgePanic = route({
  name: 'unit.panic-acknowledge',
  at: 'POST /api/v1/units/:unit/panics/acknowledgements',
  means: 'Somebody at the desk has it: the sound ends everywhere, the call for help stays open.',
  who: ['dispatch.work'],
  gives: Panic,
  refuses: ['unit.not-found', 'move.not-now'],
})

export const endPanic = route({
  name: 'unit.panic-end',
  at: 'POST /api/v1/units/:unit/panics/endings',
  means: 'The danger is over: who says so, and how it ended. By the unit itself or by the desk.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({ how: PanicEnd, words, madeAt }),
  gives: Panic,
  refuses: ['unit.not-found', 'move.not-now'],
})

export const panics = route({
  name: 'unit.panics',
  at: 'GET /api/v1/panics',
  means: 'Calls for help that are not ended, of the units of my desk; the newest first.',
  who: ['dispatch.work'],
  gives: z.array(Panic),
})
