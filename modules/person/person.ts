import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'

/** 报警人 — whoever holds the phone. Nothing about them is needed to be heard. */
export const CitizenId = idOf('ct')
export type CitizenId = z.infer<typeof CitizenId>

/** 实名等级 — how sure we are who this is. It changes rank and trust, never acceptance (promise 2). */
export const assurances = ['none', 'phone', 'verified'] as const
export const Assurance = z.enum(assurances)
export type Assurance = z.infer<typeof Assurance>

/** 特殊需求 — what a desk must know before it answers (ZJ-06). */
export const needs = ['deaf', 'mute', 'blind', 'elder', 'child', 'wheelchair'] as const
export const Need = z.enum(needs)
export type Need = z.infer<typeof Need>

/** A mainland mobile number; other countries' with a leading +. */
export const Phone = z.string().check(z.regex(/^(1[3-9]\d{9}|\+\d{6,15})$/))

export const Language = z.string().check(z.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/), z.maxLength(20))

/** The first language that a header or a phone names, or nothing: `zh-CN,zh;q=0.9` → `zh-CN`, `*` → nothing. */
export function firstLanguage(asked: string | undefined): string | undefined {
  const tag = (asked ?? '').split(/[,;]/)[0]?.trim()
  return Language.safeParse(tag).success ? tag : undefined
}

export const Citizen = z.object({
  id: CitizenId,
  assurance: Assurance,
  /** `138****1234`: the holder sees as little of the number as anybody else. */
  phone: z.optional(z.string()),
  name: z.optional(z.string()),
  needs: z.array(Need),
  language: z.string(),
})
export type Citizen = z.infer<typeof Citizen>

/** 来报人 — of whoever reports, what an alarm needs to know without asking again. */
export type Caller = Pick<Citizen, 'assurance' | 'needs' | 'language'>

/** Only ever called where the contract let citizens in. */
export function callerOf(me: { readonly about: Readonly<Record<string, unknown>> }): Caller {
  return me.about as Caller
}

export function maskPhone(phone: string): string {
  return phone.length < 8 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

/** 验证码 — six digits, five minutes, five tries, one a minute for each number. */
export const codeRules = { digits: 6, lifeSeconds: 300, tries: 5, pauseSeconds: 60 } as const

/** 撤回密码 — four to six digits that somebody in fear still finds. */
export const Pin = z.string().check(z.regex(/^\d{4,6}$/))

/** What was typed: the right one, the one that says under duress, another one, or nothing was ever set. */
export const pinFinds = ['pin', 'duress', 'wrong', 'unset'] as const
export type PinFind = (typeof pinFinds)[number]
