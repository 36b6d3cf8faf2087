import { speak } from '@open110/core/words/console'

/** The desk speaks the original language; staff pages are not translated. */
export const say = speak('zh-CN')
