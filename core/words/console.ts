import { audience, type Saying } from '../speak.ts'
import { channel } from './zh/channel.ts'
import { common } from './zh/common.ts'
import { consoleWords as consoleOwn } from './zh/console.ts'
import { deadline } from './zh/deadline.ts'
import { dispatch } from './zh/dispatch.ts'
import { followup } from './zh/followup.ts'
import { fusion } from './zh/fusion.ts'
import { health } from './zh/health.ts'
import { refusals } from './zh/refusals.ts'
import { unit } from './zh/unit.ts'
import { work } from './zh/work.ts'
import { workRefusals } from './zh/work.refusals.ts'

/** 接警席 — what the desk's console can say. */
export const consoleWords = {
  ...common,
  ...work,
  ...channel,
  ...consoleOwn,
  ...deadline,
  ...dispatch,
  ...followup,
  ...fusion,
  ...health,
  ...refusals,
  ...workRefusals,
  ...unit,
} as const
export type WordKey = keyof typeof consoleWords
export type Say = Saying<WordKey>

export const { speak, sayOr } = audience<WordKey>({ 'zh-CN': consoleWords })
