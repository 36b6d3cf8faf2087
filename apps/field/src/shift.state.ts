import type { Unit } from '@open110/modules/unit'
import type { ShiftGiven } from './post.state.ts'

/** 上岗登记 — who comes on duty with this unit, with what, and for how long. */
export type ShiftDraft = {
  readonly members: readonly { readonly name: string; readonly badge: string }[]
  readonly vehicle: string
  readonly equipment: readonly string[]
  readonly hours: number
}

export const shiftHours = [8, 12, 24] as const

/** 装备 — what is looked for before driving off; volunteers and grid workers carry none of it. */
export function equipmentOf(kind: Unit['kind']): readonly string[] {
  if (kind === 'volunteer' || kind === 'grid') return []
  const usual = ['执法记录仪', '对讲机', '警用急救包', '手电']
  if (kind === 'agency') return usual
  const armed = ['防刺服', '警棍', '手铐', '催泪喷射器', '盾牌']
  return kind === 'boat' ? [...usual, ...armed, '救生圈', '抛绳器'] : [...usual, ...armed, '反光锥']
}

/** The last minute of a day's shift is kept free: the way to the server takes a moment. */
const slackMs = 60_000

/** What is sent, or nothing while nobody is named. */
export function shiftOf(draft: ShiftDraft, nowMs: number): ShiftGiven | undefined {
  const members = draft.members
    .map(({ name, badge }) => ({ name: name.trim(), badge: badge.trim() }))
    .filter(({ name }) => name)
    .map(({ name, badge }) => (badge ? { name, badge } : { name }))
  if (members.length === 0) return undefined
  const vehicle = draft.vehicle.trim()
  return {
    members,
    ...(vehicle ? { vehicle } : {}),
    equipment: [...draft.equipment],
    plannedEndAt: new Date(nowMs + draft.hours * 3_600_000 - slackMs).toISOString(),
  }
}
