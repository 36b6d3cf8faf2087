import { audience, type Saying } from './speak.ts'
import { zh } from './words/zh.ts'

/** Every sentence the product can say, by key: for the server, which speaks to everybody. */
export type WordKey = keyof typeof zh
export type Say = Saying<WordKey>

export const { speak, sayOr } = audience<WordKey>({ 'zh-CN': zh })
