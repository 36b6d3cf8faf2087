import { audience, type Saying } from '../speak.ts'
import { channel } from './zh/channel.ts'
import { common } from './zh/common.ts'
import { contact } from './zh/contact.ts'
import { consoleWords as consoleOwn } from './zh/console.ts'
import { deadline } from './zh/deadline.ts'
import { dispatch } from './zh/dispatch.ts'
import { exposure } from './zh/exposure.ts'
import { followup } from './zh/followup.ts'
import { fusion } from './zh/fusion.ts'
import { health } from './zh/health.ts'
import { refusals } from './zh/refusals.ts'
import { silentDesk } from './zh/silent.ts'
import { unit } from './zh/unit.ts'
import { videoConsole } from './zh/video.console.ts'
import { work } from './zh/work.ts'
import { workRefusals } from './zh/work.refusals.ts'
import { video } from './zh/video.ts'

/** 接警席 — what the desk's console can say. */
export const consoleWords = {
  ...common,
  ...work,
  ...channel,
  ...contact,
  ...consoleOwn,
  ...deadline,
  ...dispatch,
  ...exposure,
  ...followup,
  ...fusion,
  ...health,
  ...refusals,
  ...workRefusals,
  ...silentDesk,
  ...unit,
  ...videoConsole,
  ...video,
} as const
export type WordKey = keyof typeof consoleWords
export type Say = Saying<WordKey>

export const { speak, sayOr } = audience<WordKey>({ 'zh-CN': consoleWords })
