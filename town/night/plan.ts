import { openChance, type Chance } from './chance.ts'
import type { CallTaker } from './console.ts'
import type { Reporter } from './phone.ts'

/** 一夜的剧本 — what people do and what is done to them, all of it from one seed. Acts can be left out one by one. */
export type Act = { readonly atMs: number } & (
  | {
      readonly act: 'press'
      readonly phone: number
      readonly tag: string
      readonly media: number
      readonly words: string
    }
  | {
      readonly act: 'say'
      readonly phone: number
      readonly tag: string
      readonly of: string
      readonly kind: 'message' | 'supplement' | 'picture'
      readonly words: string
    }
  | { readonly act: 'phone-dies'; readonly phone: number; readonly backMs: number }
  | {
      readonly act: 'phone-doomed'
      readonly phone: number
      readonly touches: number
      readonly backMs: number
    }
  | { readonly act: 'phone-sleeps'; readonly phone: number; readonly ms: number }
  | {
      readonly act: 'phone-offline' | 'phone-cut' | 'phone-rough'
      readonly phone: number
      readonly ms: number
    }
  | {
      readonly act: 'disk-full' | 'disk-slow' | 'disk-unreadable'
      readonly phone: number
      readonly ms: number
    }
  | { readonly act: 'phone-clock' | 'second-page'; readonly phone: number; readonly ms: number }
  | {
      readonly act: 'console-dies' | 'console-sleeps' | 'console-cut'
      readonly desk: number
      readonly ms: number
    }
  | { readonly act: 'console-deaf' | 'console-drops'; readonly desk: number }
  | { readonly act: 'server-dies'; readonly withMachine: boolean; readonly downMs: number }
  | { readonly act: 'server-rush' | 'server-clock'; readonly ms: number }
  | {
      readonly act: 'base-crashes' | 'base-fails-commits' | 'base-freezes' | 'base-slow' | 'log-stuck'
      readonly ms: number
    }
)
export type Plan = {
  readonly seed: number
  readonly reporters: readonly Reporter[]
  readonly takers: readonly CallTaker[]
  readonly acts: readonly Act[]
}

const troubleMs = 30_000

const words = [
  '有人在撬我家的门,我不能出声',
  '车子被刮了',
  '楼下在打架',
  '有人跟踪我',
  '门口一直很吵',
  '孩子走失了',
  '闻到煤气味',
]
const later = ['他上楼了', '我躲在阳台,不要打电话', '他们有刀', '已经没事了', '在三楼东面', '车牌记下来了']

const clockJumps = [-7_200_000, 7_200_000, 30 * 86_400_000, -600_000, 45_000]

export function planOf(seed: number): Plan {
  const chance = openChance(seed, 'plan')
  const reporters = reportersOf(chance)
  const takers: CallTaker[] = [
    { name: '赵敏', desk: 'lishui', seat: 1 },
    { name: '王涛', desk: 'lishui', seat: 2 },
    { name: '沈佳宁', desk: 'shaoxing', seat: 1 },
  ]
  const acts: Act[] = []
  const at = (from = 1_000, to = troubleMs) => Math.round(chance.between(from, to))
  const ms = (most: number) => Math.round(chance.between(200, most))
  const phone = () => chance.below(reporters.length)

  for (const [index, { name }] of reporters.entries()) {
    const reports = 1 + chance.below(2)
    for (let nth = 1; nth <= reports; nth++) {
      const tag = `${name}-${nth}`
      const media = index === 0 && nth === 1 ? 5 : chance.isLucky(0.2) ? 1 + chance.below(2) : 0
      const pressedMs = at(500, 18_000)
      acts.push({ atMs: pressedMs, act: 'press', phone: index, tag, media, words: chance.pick(words) })
      if (chance.isLucky(0.6)) {
        const kind = chance.pick(['message', 'supplement', 'picture'] as const)
        const more = { phone: index, tag: `${tag}m`, of: tag, kind, words: chance.pick(later) }
        acts.push({ atMs: pressedMs + ms(9_000), act: 'say', ...more })
      }
    }
  }
  // The first phone has five media and dies at chosen steps.
  for (let left = 1 + chance.below(4); left > 0; left--)
    acts.push({
      atMs: at(500, 22_000),
      act: 'phone-doomed',
      phone: 0,
      touches: chance.below(40),
      backMs: ms(3_000),
    })

  const trouble: readonly (() => Act)[] = [
    () => ({ atMs: at(), act: 'phone-dies', phone: phone(), backMs: ms(6_000) }),
    () => ({ atMs: at(), act: 'phone-doomed', phone: phone(), touches: chance.below(25), backMs: ms(4_000) }),
    () => ({ atMs: at(), act: 'phone-sleeps', phone: phone(), ms: ms(15_000) }),
    () => ({
      atMs: at(),
      act: chance.pick(['phone-offline', 'phone-cut'] as const),
      phone: phone(),
      ms: ms(12_000),
    }),
    () => ({ atMs: at(), act: 'phone-rough', phone: phone(), ms: ms(25_000) }),
    () => ({
      atMs: at(),
      act: chance.pick(['disk-full', 'disk-slow', 'disk-unreadable'] as const),
      phone: phone(),
      ms: ms(8_000),
    }),
    () => ({ atMs: at(), act: 'phone-clock', phone: phone(), ms: chance.pick(clockJumps) }),
    () => ({ atMs: at(), act: 'second-page', phone: phone(), ms: ms(10_000) }),
    () => ({ atMs: at(), act: 'console-dies', desk: chance.below(3), ms: ms(25_000) }),
    () => ({
      atMs: at(),
      act: chance.pick(['console-sleeps', 'console-cut'] as const),
      desk: chance.below(3),
      ms: ms(20_000),
    }),
    () => ({
      atMs: at(),
      act: chance.pick(['console-deaf', 'console-drops'] as const),
      desk: chance.below(3),
    }),
    () => ({ atMs: at(), act: 'server-dies', withMachine: chance.isLucky(0.4), downMs: ms(2_500) }),
    () => ({ atMs: at(), act: 'server-rush', ms: ms(8_000) }),
    () => ({ atMs: at(), act: 'server-clock', ms: chance.pick(clockJumps) }),
    () => ({ atMs: at(), act: 'base-crashes', ms: ms(3_000) }),
    () => ({ atMs: at(), act: 'base-fails-commits', ms: 5_000 }),
    () => ({ atMs: at(), act: 'base-freezes', ms: ms(4_000) }),
    () => ({ atMs: at(), act: 'base-slow', ms: ms(15_000) }),
    () => ({ atMs: at(), act: 'log-stuck', ms: ms(9_000) }),
  ]
  for (let left = 3 + chance.below(9); left > 0; left--) acts.push(chance.pick(trouble)())
  return { seed, reporters, takers, acts: acts.toSorted((a, b) => a.atMs - b.atMs) }
}

function reportersOf(chance: Chance): Reporter[] {
  const all: Reporter[] = [
    { name: '林秋', mode: 'silent', at: 'lishui', isSealed: true },
    { name: '陈国强', mode: 'text', at: 'lishui', isSealed: false },
    { name: '周敏', mode: 'text', at: 'shaoxing', isSealed: chance.isLucky(0.2) },
    { name: '阿依古丽', mode: 'silent', at: undefined, isSealed: false },
  ]
  const from = chance.below(all.length)
  const turned = [...all.slice(from), ...all.slice(0, from)]
  return turned.slice(0, 2 + chance.below(2))
}
