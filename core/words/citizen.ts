import { audience, type Saying } from '../speak.ts'
import { after } from './zh/after.ts'
import { citizen } from './zh/citizen.ts'
import { common } from './zh/common.ts'
import { refusals } from './zh/refusals.ts'
import { silent } from './zh/silent.ts'
import { film } from './zh/video.citizen.ts'
import { videoWarning } from './zh/video.ts'
import { videoRefusals } from './zh/video.refusals.ts'

/** 报警端 — what a reporter's phone can say, whatever it runs on. */
export const citizenWords = {
  ...common,
  ...citizen,
  ...after,
  ...refusals,
  ...silent,
  ...film,
  ...videoRefusals,
  ...videoWarning,
} as const
export type WordKey = keyof typeof citizenWords
export type Say = Saying<WordKey>

export const { speak, sayOr } = audience<WordKey>({ 'zh-CN': citizenWords })
