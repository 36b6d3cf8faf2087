import { citizen } from './zh/citizen.ts'
import { common } from './zh/common.ts'
import { consoleWords } from './zh/console.ts'
import { field } from './zh/field.ts'
import { health } from './zh/health.ts'
import { refusals } from './zh/refusals.ts'

/** 简体中文 — the original of every sentence, written by hand. */
export const zh = { ...common, ...citizen, ...consoleWords, ...field, ...health, ...refusals } as const
