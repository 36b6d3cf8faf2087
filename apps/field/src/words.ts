import { speak } from '@open110/core/words'
import { agePart } from '@open110/ui/age'
import type { Refusal } from '@open110/kit/refuse'
import { sayOr } from '@open110/core/words'

/** The officer's phone speaks Chinese; other languages are for those who report. */
export const say = speak('zh-CN')

export const ageWords = (since: string, now: number) => {
  const { count, unit } = agePart((now - Date.parse(since)) / 1000)
  return say(`field.age.${unit}`, { count })
}

/** What a refusal says, with the facts that are words or figures. */
export const refusalWords = (refusal: Refusal) => {
  const facts = Object.entries(refusal.facts).filter(
    (fact): fact is [string, string | number] => typeof fact[1] === 'string' || typeof fact[1] === 'number',
  )
  return sayOr(say, `refusal.${refusal.refused}`, Object.fromEntries(facts))
}

const clock = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
export const clockTime = (moment: string) => clock.format(Date.parse(moment))
