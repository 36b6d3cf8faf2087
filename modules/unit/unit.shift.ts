import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'
import { UnitId, UnitState } from './unit.ts'

/** 班次 — who is on duty with a unit, with what, from when until when. */
export const ShiftId = idOf('sh')
export type ShiftId = z.infer<typeof ShiftId>

/** 带班民警 — one on the shift: 警号 and name. Volunteers have no number. */
export const Member = z.object({
  badge: z.optional(z.string().check(z.maxLength(20))),
  name: z.string().check(z.minLength(1), z.maxLength(40)),
})
export type Member = z.infer<typeof Member>

export const Shift = z.object({
  id: ShiftId,
  unit: UnitId,
  members: z.array(Member),
  vehicle: z.optional(z.string()),
  equipment: z.array(z.string()),
  startedAt: Moment,
  plannedEndAt: Moment,
  endedAt: z.optional(Moment),
})
export type Shift = z.infer<typeof Shift>

/** 名册 — a unit of the bureau with the shift that it is on. */
export const RosterRow = z.object({
  unit: UnitId,
  name: z.string(),
  state: UnitState,
  shift: z.optional(Shift),
})
export type RosterRow = z.infer<typeof RosterRow>

/** A shift has somebody on it and an end that lies ahead, a day at most. */
export const mostShiftSeconds = 24 * 3_600
