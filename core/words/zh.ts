import { citizenWords } from './citizen.ts'
import { consoleWords } from './console.ts'
import { fieldWords } from './field.ts'

/** 简体中文 — the original of every sentence, written by hand, of all audiences together. */
export const zh = { ...citizenWords, ...consoleWords, ...fieldWords } as const
