import { setupI18n, type I18n } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { zh } from './words/zh.ts'

/** Every sentence the product can say, by key. Chinese is the original; other languages must have the same keys. */
export type WordKey = keyof typeof zh
export type Catalogue = { readonly [Key in WordKey]: string }

export const languages = { 'zh-CN': { name: '简体中文', isRightToLeft: false } } as const
export type LanguageCode = keyof typeof languages
const catalogues: Readonly<Record<LanguageCode, Catalogue>> = { 'zh-CN': zh }

export type Say = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string

/** The best language we have for what the reader asked for (`Accept-Language` or a browser's list). */
export function languageFor(wanted: string | readonly string[] | undefined): LanguageCode {
  const asked = (typeof wanted === 'string' ? wanted.split(',') : (wanted ?? [])).map((part) =>
    (part.split(';')[0] ?? '').trim().toLowerCase(),
  )
  const known = Object.keys(languages) as LanguageCode[]
  for (const tag of asked) {
    const found = known.find((code) => code.toLowerCase() === tag || code.split('-')[0] === tag.split('-')[0])
    if (found) return found
  }
  return 'zh-CN'
}

/** A speaker for one language: ICU messages, compiled when first said. */
export function speak(language: LanguageCode): Say {
  const i18n: I18n = setupI18n({ locale: language, messages: { [language]: { ...catalogues[language] } } })
  i18n.setMessagesCompiler(compileMessage)
  return (key, values) => i18n._(key, values as Record<string, unknown> | undefined)
}

/** Words for a key that comes as data (a refusal's code, a state); the bare key is shown when there are none. */
export function sayOr(say: Say, key: string, values?: Readonly<Record<string, string | number>>): string {
  return key in zh ? say(key as WordKey, values) : key.split('.').slice(1).join('.') || key
}
