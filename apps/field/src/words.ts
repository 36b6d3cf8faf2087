import { sayOr as sayOrWith, speak } from '@open110/core/words/field'
import { agePart } from '@open110/ui/age'
import type { Refusal } from '@open110/kit/refuse'
import { roughly } from './navigate.state.ts'

/** The officer's phone speaks Chinese; other languages are for those who report. */
export const say = speak('zh-CN')

/** Words for a key that comes as data (a fact's name, a choice); the bare key where there are none. */
export const sayOr = (key: string, values?: Readonly<Record<string, string | number>>) =>
  sayOrWith(say, key, values)

export const ageWords = (since: string, now: number) => {
  const { count, unit } = agePart((now - Date.parse(since)) / 1000)
  return say(`field.age.${unit}`, { count })
}

/** What a refusal says, with the facts that are words or figures. */
export const refusalWords = (refusal: Refusal) => {
  const facts = Object.entries(refusal.facts).filter(
    (fact): fact is [string, string | number] => typeof fact[1] === 'string' || typeof fact[1] === 'number',
  )
  return sayOr(`refusal.${refusal.refused}`, Object.fromEntries(facts))
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

export const distanceWords = (metres: number) => {
  const rough = roughly(metres)
  return 'metres' in rough
    ? say('field.place.distance.metres', { count: rough.metres })
    : say('field.place.distance.kilometres', { count: rough.kilometres })
}
