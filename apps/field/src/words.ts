import { sayOr, speak } from '@open110/core/words'
import { agePart } from '@open110/ui/age'
import type { Refusal } from '@open110/kit/refuse'

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

const clock = new Intl.DateTimeFormat('zh-CN', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
export const clockTime = (moment: string) => clock.format(Date.parse(moment))

/** The card carries the whole path (`刑事类 / 入室盗窃`); its last part is what an officer says. */
export const categoryName = (path: string) => path.split(' / ').at(-1) ?? path
