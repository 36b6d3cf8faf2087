import * as z from 'zod/mini'
import type { SilentTag } from './report.ts'

/** 图标 — the few drawings that a client has for tags; `help` stands for any that it does not know. */
export const tagIcons = [
  'captive',
  'robbery',
  'fire',
  'door',
  'home',
  'followed',
  'vehicle',
  'group',
  'child',
  'mountain',
  'help',
] as const
export const TagIcon = z.catch(z.enum(tagIcons), 'help')
export type TagIcon = z.infer<typeof TagIcon>

/**
 * 静默标签 — what one tap says, and what the desk makes of it unless a person chooses otherwise (NY-17, NY-18). One of the
 * bureau's own has no code word: its key is what stood on the button, so that a report reads as it was tapped after the
 * bureau has taken it away again.
 */
export const Tag = z.object({
  tag: z.string().check(z.minLength(1), z.maxLength(12)),
  level: z.int().check(z.minimum(1), z.maximum(4)),
  /** A code of the categories (`incident.category`). */
  category: z.string().check(z.maxLength(20)),
  icon: TagIcon,
  /** 默认指令 — what the desk sends first. */
  send: z.string().check(z.maxLength(120)),
  /** 静默提示 — what the reporter reads afterwards; nothing in it asks for a sound. */
  tell: z.string().check(z.maxLength(60)),
})
export type Tag = z.infer<typeof Tag>

/** What the desk needs of a tag; the words of the usual ones stand in its catalogue (`tag-send.kidnap`). */
export const TagMeaning = z.object({
  tag: z.optional(z.string()),
  level: z.number(),
  category: z.string(),
  send: z.optional(z.string()),
})
export type TagMeaning = z.infer<typeof TagMeaning>

type Usual = Omit<Tag, 'tag' | 'send' | 'tell'>

/** 八个通用标签 — every phone has them with it, also where there is no network. */
export const usualTags: Readonly<Record<SilentTag, Usual>> = {
  kidnap: { level: 1, category: '1001', icon: 'captive' },
  robbery: { level: 1, category: '1002', icon: 'robbery' },
  fire: { level: 1, category: '5001', icon: 'fire' },
  burglary: { level: 1, category: '1003', icon: 'door' },
  'domestic-violence': { level: 1, category: '2002', icon: 'home' },
  followed: { level: 1, category: '2003', icon: 'followed' },
  hijack: { level: 1, category: '1007', icon: 'vehicle' },
  'pyramid-control': { level: 1, category: '1008', icon: 'group' },
}

/** Whoever taps nothing, or what nobody here knows, and yet asks in silence: somebody is alone with something. */
const untold: Usual = { level: 1, category: '64', icon: 'help' }

const mostOwn = 2

/** 标签策略 — city data with effective dates, never code (product promise 9). */
export const TagPolicy = z.object({
  version: z.literal(1),
  /** 本局标签 — beside the eight, which every bureau has. */
  own: z.array(Tag).check(z.maxLength(mostOwn)),
  /** Where a bureau sees one of the eight otherwise. */
  usual: z.optional(
    z.record(z.string(), z.partial(z.pick(Tag, { level: true, category: true, send: true }))),
  ),
})
export type TagPolicy = z.infer<typeof TagPolicy>

export const noTagPolicy: TagPolicy = { version: 1, own: [] }

export const isUsual = (tag: string): tag is SilentTag => Object.hasOwn(usualTags, tag)

/** What a silent report says by its tag, by the policy of the day. For a tag that nobody knows too: it was a cry for help. */
export function meaningOf(tag: string | undefined, policy: TagPolicy = noTagPolicy): TagMeaning {
  const own = policy.own.find((each) => each.tag === tag)
  const { level, category, send } =
    own ??
    ({
      ...(tag !== undefined && isUsual(tag) ? usualTags[tag] : untold),
      ...(tag === undefined ? {} : policy.usual?.[tag]),
    } as Partial<Tag> & Usual)
  return { ...(tag === undefined ? {} : { tag }), level, category, ...(send ? { send } : {}) }
}
