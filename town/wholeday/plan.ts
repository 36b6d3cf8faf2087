import { hourWeights } from '../day.ts'
import { chanceOf, pick, type Chance } from '../names.ts'

/** 来路 — by which door a report of the day comes in. */
export type Door = 'phone' | 'sms' | 'text' | 'silent' | 'location' | 'video' | 'panic' | 'agency'

/** How its incident is brought to an end, and what goes wrong on the way. */
export type Course = {
  readonly category: string
  readonly level: 1 | 2 | 3 | 4
  readonly units: 1 | 2 | 3
  readonly twist?: 'returned' | 'cancelled' | 'stood-down' | 'sent-back' | 'offline' | 'held' | 'joint'
}

export type Ending =
  | ({ readonly do: 'work' } & Course)
  /** A further report of the event that began with the one at this place of the plan. */
  | { readonly do: 'merge'; readonly with: number }
  | { readonly do: 'divert'; readonly category: string }
  | { readonly do: 'decline' }
  | { readonly do: 'invalidate'; readonly why: 'harassment' | 'test' | 'false' }

export type Planned = {
  readonly at: number
  readonly door: Door
  readonly words: string
  readonly lng: number
  readonly lat: number
  /** Seconds until a person opens it. */
  readonly opensAfter: number
  readonly ending: Ending
}

/**
 * 一昼夜的比例 — a province's year in the seeds: 2,230 of which 1,260 were effective (110 crime, 470 traffic, 370 disputes
 * and help, 310 other) and 970 were not, 96 of them harassment (S1:34–36).
 */
export const proportions = {
  crime: 110,
  traffic: 470,
  disputes: 370,
  other: 310,
  harassment: 96,
  idle: 874,
} as const
type Kind = keyof typeof proportions

/** 88 of 100 items are calls (S2:38); the rest is divided as Nanyang's first weeks were (S3:33). */
const doors: readonly (readonly [Door, number])[] = [
  ['phone', 880],
  ['text', 62],
  ['video', 20],
  ['sms', 14],
  ['silent', 10],
  ['location', 8],
  ['agency', 4],
  ['panic', 2],
]

type Matter = readonly [category: string, level: 1 | 2 | 3 | 4, words: string]
const matters: Readonly<Record<Exclude<Kind, 'harassment' | 'idle'>, readonly Matter[]>> = {
  crime: [
    ['1004', 3, '电动车停在楼下被人偷走了'],
    ['1004', 3, '手机放在柜台上转身就没了'],
    ['1005', 2, '接了个电话说我中奖,钱转出去了'],
    ['1003', 1, '家里门锁被撬,里面有翻动'],
    ['1006', 1, '有人拿刀把人砍伤了,还在现场'],
  ],
  traffic: [
    ['3002', 3, '两车追尾,人没事,占了一条道'],
    ['3002', 3, '停着的车被蹭了,对方想走'],
    ['3003', 4, '路口堵死了,没人指挥'],
    ['3001', 2, '电动车和货车撞了,有人腿动不了'],
  ],
  disputes: [
    ['82', 3, '楼上漏水不肯修,吵起来了'],
    ['83', 3, '夫妻打架,孩子在哭'],
    ['86', 4, '买的东西不给退,堵在店里'],
    ['61', 2, '老人走丢了,两个小时没找到'],
    ['64', 2, '一个人喝多了躺在路边'],
    ['85', 3, '工钱不给,十几个人围着办公室'],
  ],
  other: [
    ['2005', 4, '半夜还在放音响,睡不着'],
    ['2001', 2, '烧烤摊有人打架,好几个人'],
    ['2004', 3, '棋牌室里赌博,每天都有'],
    ['63', 2, '窨井盖没了,刚有人差点掉下去'],
    ['5001', 1, '三楼冒烟,好像还有人没出来'],
    ['2002', 1, '隔壁男的在打老婆,喊救命'],
  ],
}
const divertible: readonly Matter[] = [
  ['8801', 4, '有车挡住我出不去,电话打不通'],
  ['8803', 4, '小区停水一天了没人管'],
  ['8804', 4, '快递放驿站丢了,驿站不赔'],
  ['8805', 4, '工地晚上十一点还在打桩'],
]

const weighted = <T>(from: readonly (readonly [T, number])[], chance: Chance): T => {
  let left = chance() * from.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of from) if ((left -= weight) < 0) return value
  throw new RangeError('no weights')
}
const between = (least: number, most: number, chance: Chance) =>
  least + Math.floor(chance() * (most - least + 1))

const twists = [
  [undefined, 82],
  ['returned', 3],
  ['cancelled', 2],
  ['stood-down', 3],
  ['sent-back', 3],
  ['offline', 4],
  ['held', 2],
  ['joint', 1],
] as const satisfies readonly (readonly [Course['twist'], number])[]

/** 一昼夜 — what comes in during one day at one desk, in the order of the clock; the same for the same seed. */
export function dayPlan(given: {
  seed: string
  reports: number
  centre: { readonly lng: number; readonly lat: number }
  /** The day, or so much of it from midnight on. */
  hours?: number
}): Planned[] {
  const chance = chanceOf(`whole day ${given.seed}`)
  const hours = hourWeights.slice(0, given.hours ?? 24).map((weight, hour) => [hour, weight] as const)
  const times = Array.from(
    { length: given.reports },
    () => weighted(hours, chance) * 3_600 + Math.floor(chance() * 3_600),
  ).toSorted((a, b) => a - b)
  const kinds = Object.entries(proportions) as [Kind, number][]
  const spread = () => (chance() - 0.5) * 0.12
  const plan: Planned[] = []
  for (const at of times) {
    const place = { lng: round(given.centre.lng + spread()), lat: round(given.centre.lat + spread()) }
    const common = { at, opensAfter: between(1, 8, chance), door: weighted(doors, chance), ...place }
    const kind = weighted(kinds, chance)
    if (kind === 'harassment')
      plan.push({ ...common, words: '……', ending: { do: 'invalidate', why: 'harassment' } })
    else if (kind === 'idle') plan.push({ ...common, ...idle(chance) })
    else plan.push({ ...common, ...real(kind, common, plan, chance) })
  }
  return plan
}

/** What is none of the police's business, or nothing at all; matters of others are brought to whoever is in charge. */
function idle(chance: Chance): Pick<Planned, 'words' | 'ending'> {
  const of = chance()
  if (of < 0.5) return { words: '打错了', ending: { do: 'invalidate', why: 'test' } }
  if (of < 0.6) return { words: '有炸弹,快来', ending: { do: 'invalidate', why: 'false' } }
  const [category, , words] = pick(divertible, chance)
  return of < 0.85
    ? { words, ending: { do: 'divert', category } }
    : { words: '我想问一下身份证怎么补办', ending: { do: 'decline' } }
}

/** Every twentieth is one more voice about something that others have just reported. */
function real(
  kind: keyof typeof matters,
  common: { at: number },
  plan: readonly Planned[],
  chance: Chance,
): Partial<Planned> & Pick<Planned, 'words' | 'ending'> {
  const [category, level, words] = pick(matters[kind], chance)
  if (chance() < 0.05) {
    const first = plan.findLastIndex(
      (one) => one.ending.do === 'work' && common.at - one.at > 60 && common.at - one.at < 900,
    )
    const other = plan[first]
    if (other) {
      const { lng, lat } = other
      return { words: `我也看到了,${other.words}`, lng, lat, ending: { do: 'merge', with: first } }
    }
  }
  const twist = weighted(twists, chance)
  const units = level === 1 ? between(2, 3, chance) : chance() < 0.06 || twist === 'stood-down' ? 2 : 1
  return {
    words,
    ending: { do: 'work', category, level, units: units as 1 | 2 | 3, ...(twist && { twist }) },
  }
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
