import { setupI18n } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { LanguageCode } from './language.ts'

/** What fills the gaps of a sentence. */
type Values = Readonly<Record<string, string | number>>
export type Saying<Key extends string> = (key: Key, values?: Values) => string

/**
 * 听众 — those who read this part of the catalogue. Each client says its own part and carries no other's sentences; a key
 * that is not in it does not compile there. Chinese is the original; another language must have the same keys.
 */
export function audience<Key extends string>(
  catalogues: Readonly<Record<LanguageCode, Readonly<Record<Key, string>>>>,
) {
  return {
    /** A speaker in one language: ICU, compiled when first said. */
    speak(language: LanguageCode): Saying<Key> {
      const i18n = setupI18n({ locale: language, messages: { [language]: { ...catalogues[language] } } })
      i18n.setMessagesCompiler(compileMessage)
      return (key, values) => i18n._(key, values)
    },
    /** Words for a key that comes as data (a refusal's code, a state); the key without its family when there are none. */
    sayOr(say: Saying<Key>, key: string, values?: Values): string {
      if (Object.hasOwn(catalogues['zh-CN'], key)) return say(key as Key, values)
      return key.split('.').slice(1).join('.') || key
    },
  }
}
