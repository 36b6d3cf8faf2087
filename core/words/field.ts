import { audience } from '../speak.ts'
import { common } from './zh/common.ts'
import { contactField } from './zh/contact.ts'
import { dispatch } from './zh/dispatch.ts'
import { field } from './zh/field.ts'
import { refusals } from './zh/refusals.ts'
import { unit } from './zh/unit.ts'
import { fieldVideo } from './zh/video.field.ts'
import { videoRefusals } from './zh/video.refusals.ts'
import { work } from './zh/work.ts'
import { workRefusals } from './zh/work.refusals.ts'

/** 处警端 — what an officer's phone can say. */
export const fieldWords = {
  ...common,
  ...contactField,
  ...work,
  ...dispatch,
  ...field,
  ...refusals,
  ...workRefusals,
  ...unit,
  ...fieldVideo,
  ...videoRefusals,
} as const
export type WordKey = keyof typeof fieldWords

export const { speak, sayOr } = audience<WordKey>({ 'zh-CN': fieldWords })
