import { categories, categoryOf, type Category } from '@open110/modules/incident/category'
import { Danger, IncidentPlace } from '@open110/modules/incident'
import type { ReportView, SeenFix } from '@open110/modules/report'
import type { TagMeaning } from '@open110/modules/report/tags'
import * as z from 'zod/mini'
import { jsonOf } from '../Session/session.state.ts'

/** 受理单 — what the call-taker fills before a report becomes an incident. Empty until a person fills it. */
export const Acceptance = z.object({
  words: z.string(),
  category: z.optional(z.string()),
  /** Only what a person chose; the category's own level stands in until then. */
  level: z.optional(z.number()),
  dangers: z.array(Danger),
  placeWords: z.string(),
  adopted: z.optional(IncidentPlace),
})
export type Acceptance = z.infer<typeof Acceptance>

export const emptyAcceptance: Acceptance = { words: '', dangers: [], placeWords: '' }

export function readAcceptance(kept: unknown): Acceptance {
  const read = z.safeParse(Acceptance, kept)
  return read.success ? read.data : emptyAcceptance
}

/** A place that another part of the screen hands over, as text. */
export function readPlace(text: string): IncidentPlace | undefined {
  const read = z.safeParse(IncidentPlace, jsonOf(text))
  return read.success ? read.data : undefined
}

export const levelOf = (form: Acceptance): number | undefined =>
  form.level ?? (form.category ? categoryOf(form.category)?.level : undefined)

/**
 * 标签即所报 — what the reporter tapped is no guess of a machine: it holds for whatever nobody has chosen otherwise, so
 * that a silent report is accepted with one key (NY-18).
 */
export function withTag(form: Acceptance, tagged: TagMeaning | undefined): Acceptance {
  if (form.category !== undefined || !tagged || !categoryOf(tagged.category)) return form
  return { ...form, category: tagged.category, level: form.level ?? tagged.level }
}

/** What is still missing before 受理, in the order of the form. */
export function missingOf(form: Acceptance): ('category' | 'level')[] {
  return [...(form.category ? [] : ['category' as const]), ...(levelOf(form) ? [] : ['level' as const])]
}

/** The place as it will be recorded; nothing when neither words nor a point were given. */
export function placeOf(form: Acceptance): IncidentPlace | undefined {
  const words = form.placeWords.trim()
  if (!form.adopted && words === '') return undefined
  return { ...(form.adopted ?? { from: 'desk' as const }), ...(words === '' ? {} : { words }) }
}

/** Plain words that point to a category, for the suggestion line. The first that is found wins. */
const categoryByWords: readonly (readonly [RegExp, string])[] = [
  [/撬.{0,3}门|撬锁|入室|进.{0,2}屋偷/, '1003'],
  [/抢劫|抢了|被抢/, '1002'],
  [/绑架|关在|关押|不让.{0,3}走/, '1001'],
  [/着火|起火|火灾|冒烟/, '5001'],
  [/捅|砍|持刀|刀伤/, '1006'],
  [/家暴|老公打|丈夫打|打我/, '2002'],
  [/跟踪|尾随|骚扰/, '2003'],
  [/自杀|跳楼|落水|溺水|轻生/, '62'],
  [/走失|走丢|找不到.{0,4}(孩子|老人)/, '61'],
  [/诈骗|被骗|转账/, '1005'],
  [/车祸|撞.{0,2}人|追尾/, '3001'],
  [/打架|斗殴|殴打/, '2001'],
  [/噪[声音]|扰民/, '2005'],
  [/偷|盗/, '1004'],
  [/挪车/, '8801'],
]

export type Suggested = {
  readonly category: Category
  readonly why: 'words' | 'fraud'
  readonly found: string
}

export function suggestedCategory(report: Pick<ReportView, 'mode' | 'words'>): Suggested | undefined {
  const of = (code: string | undefined, why: Suggested['why'], found: string): Suggested | undefined => {
    const category = code === undefined ? undefined : categoryOf(code)
    return category && { category, why, found }
  }
  if (report.mode === 'fraud') return of('1005', 'fraud', '')
  for (const [pattern, code] of categoryByWords) {
    const match = pattern.exec(report.words ?? '')
    if (match) return of(code, 'words', match[0])
  }
  return undefined
}

/** Categories for what was typed: by code, name or parent's name; leaves before their groups. */
export function findCategories(typed: string): Category[] {
  const sought = typed.trim()
  const score = (category: Category): number => {
    if (sought === '') return category.parent ? 1 : 2
    if (category.code === sought) return 0
    if (category.name.startsWith(sought)) return 1
    if (category.name.includes(sought)) return 2
    if (category.code.startsWith(sought)) return 3
    if (category.parent && categoryOf(category.parent)?.name.includes(sought)) return 4
    return Number.POSITIVE_INFINITY
  }
  return categories
    .map((category) => ({ category, score: score(category) }))
    .filter((found) => Number.isFinite(found.score))
    .sort((a, b) => a.score - b.score || (a.category.code < b.category.code ? -1 : 1))
    .map((found) => found.category)
}

/** The newest pin and the newest fix that can be drawn: what the reporter says, and where the phone is. */
export function placesSent(fixes: readonly SeenFix[]): { pin?: SeenFix; fix?: SeenFix } {
  const newest = (kind: SeenFix['kind']) =>
    fixes.filter((fix) => fix.kind === kind).sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1))[0]
  const pin = newest('pin')
  const fix = newest('fix')
  return { ...(pin ? { pin } : {}), ...(fix ? { fix } : {}) }
}

export function adoptedFrom(seen: SeenFix): IncidentPlace | undefined {
  if (!seen.wgs84) return undefined
  return {
    wgs84: seen.wgs84,
    ...(seen.accuracyMetres === undefined ? {} : { accuracyMetres: seen.accuracyMetres }),
    from: seen.kind === 'pin' ? 'reporter-pin' : 'reporter-fix',
  }
}
