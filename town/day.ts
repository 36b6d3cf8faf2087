import { lishuiDay } from './day.lishui.ts'
import { neighboursDay } from './day.neighbours.ts'
import { provinceDay } from './day.province.ts'
import { gps, secondsOf, type DayReport, type Wants } from './day.report.ts'
import { shaoxingDay } from './day.shaoxing.ts'
import { chanceOf, nameOf, pick, type Chance } from './names.ts'
import { cities, type City } from './orgs.ts'
import { people } from './people.ts'

export { type DayReport, type Later, type Wants } from './day.report.ts'

/** 一天 — every report written by hand, in the order of the clock. */
export const writtenDay: readonly DayReport[] = [
  ...lishuiDay,
  ...shaoxingDay,
  ...provinceDay,
  ...neighboursDay,
].sort(byClock)

type Common = { says: readonly string[]; photos: number; wants: Wants }

const settledBy = (
  category: string,
  level: 2 | 3,
  unit: 1 | 2 | 3,
  outcome: 'helped' | 'mediated' | 'case-opened' | 'nothing-found',
  words: string,
): Wants => ({ do: 'accept', category, level, units: [unit], feedback: { outcome, words, officers: 2 } })

/** What comes in all day, everywhere. `{街}` becomes a street near the reporter. */
const common: readonly Common[] = [
  {
    says: [
      '{街}路口两车刮擦,人没事,堵住一条道',
      '{街}有人倒车撞了我的车想走',
      '{街}公交车和电动车碰了一下,都没受伤',
    ],
    photos: 2,
    wants: settledBy('3002', 3, 3, 'mediated', '双方拍照后撤离,快处快赔。'),
  },
  {
    says: [
      '手机放在{街}奶茶店桌上,转身就没了',
      '停在{街}的电瓶车被偷了,锁被剪断',
      '放在{街}驿站的快递被人拿走了,有监控',
    ],
    photos: 1,
    wants: settledBy('1004', 3, 1, 'case-opened', '已登记,调取监控。'),
  },
  {
    says: [
      '{街}有个小孩自己在哭,找不到家长',
      '老人在{街}说不清家在哪里',
      '{街}公园里有个老太太一直打转,问她不说话',
    ],
    photos: 1,
    wants: settledBy('61', 2, 2, 'helped', '已联系家属领回。'),
  },
  {
    says: ['{街}楼下KTV还在唱,门窗都不关', '{街}广场舞音响太大,说了也不听', '{街}一户人家装修,电钻一直响'],
    photos: 0,
    wants: settledBy('2005', 3, 1, 'mediated', '到场劝导,已调低音量。'),
  },
  {
    says: ['{街}有人喝醉了拦车,很危险', '一个男的躺在{街}马路中间'],
    photos: 0,
    wants: settledBy('64', 2, 2, 'helped', '醉酒人员已由家属接回。'),
  },
  {
    says: ['钥匙锁在屋里了,能帮开门吗', '{街}一楼下水道堵了往外冒', '{街}路灯坏了三天没人修'],
    photos: 0,
    wants: { do: 'decline', reason: '这件事请拨打12345,由属地部门处理。屋里有人或有危险,请马上再报警。' },
  },
  {
    says: ['{街}一条大狗没拴绳,追小孩', '{街}楼上往下扔啤酒瓶,差点砸到人'],
    photos: 1,
    wants: settledBy('63', 2, 1, 'helped', '已到场处置,教育当事人。'),
  },
  {
    says: ['{街}水果摊和顾客吵起来了,快动手了', '包工头不给工钱,十几个人堵在{街}办公室'],
    photos: 0,
    wants: settledBy('89', 3, 3, 'mediated', '双方已劝开,情绪稳定。'),
  },
  {
    says: ['试一下能不能用', '在吗'],
    photos: 0,
    wants: { do: 'invalidate', reason: '测试,报警人确认没有需要帮助的事。' },
  },
]
const streets = ['人民路', '解放街', '中山路', '大洋路', '环城西路', '学院路', '体育场路', '江滨路']

/** 时段 — how much of a day falls into each hour: least at five, most at ten, busy 8–11 and 14–20 (XM-19). */
export const hourWeights = [
  3, 2, 2, 1.6, 1.4, 1, 2, 4, 7, 8, 10, 7, 5, 5, 7, 7.5, 7.5, 8, 8.5, 8, 6, 5, 4.5, 4,
] as const

function varied(id: string, hour: number, city: City, chance: Chance): DayReport {
  const kind = pick(common, chance)
  const street = pick(streets, chance)
  const [station, , , lng, lat] = pick(city.stations, chance)
  const spread = () => (chance() - 0.5) * 0.008
  return {
    id,
    at: `${pad(hour)}:${pad(Math.floor(chance() * 60))}`,
    desk: city.desk,
    by: passerBy(chance),
    mode: 'text',
    words: pick(kind.says, chance).replace('{街}', street),
    placeWords: `${station.replace('派出所', '')}${street}${10 + Math.floor(chance() * 300)}号附近`,
    fix: gps(round(lng + spread()), round(lat + spread()), 8 + Math.floor(chance() * 60)),
    photos: chance() < 0.5 ? kind.photos : 0,
    wants: kind.wants,
  }
}

/** A namesake of somebody in the town would bring that person's profile along. */
function passerBy(chance: Chance): string {
  const name = nameOf(chance)
  return people.some((one) => one.name === name) ? passerBy(chance) : name
}

/** `count` more ordinary reports, the same for the same seed; they fall into the hours that `beside` leaves too quiet. */
export function variedDay(
  seed: string,
  count: number,
  where: readonly City[] = cities,
  beside: readonly DayReport[] = [],
): DayReport[] {
  const chance = chanceOf(seed)
  return quietHours(beside, count).map((hour, i) =>
    varied(`varied-${seed}-${i + 1}`, hour, pick(where, chance), chance),
  )
}

/** The whole scripted day: what was written, and ordinary traffic up to `size`. */
export function day(seed = 'monday', size = 64): DayReport[] {
  const count = Math.max(0, size - writtenDay.length)
  return [...writtenDay, ...variedDay(seed, count, cities, writtenDay)].sort(byClock)
}

/**
 * 一小时 — the day pressed into one hour for a replay: same order, same busy stretches. One city gets more
 * ordinary traffic, so that its desk has something to do.
 */
export function hour(desk: string | 'all', seed = 'monday'): (DayReport & { startSeconds: number })[] {
  const own = writtenDay.filter((report) => report.desk === desk)
  const at = cities.filter((city) => city.desk === desk)
  const reports =
    desk === 'all' ? day(seed) : [...own, ...variedDay(seed, Math.max(8, 20 - own.length), at, own)]
  return reports
    .sort(byClock)
    .map((report) => ({ ...report, startSeconds: Math.round((secondsOf(report.at) / 86_400) * 3_600) }))
}

function byClock(a: DayReport, b: DayReport): number {
  return secondsOf(a.at) - secondsOf(b.at) || a.id.localeCompare(b.id)
}

/** `count` hours of the day, each the one that lacks most against `hourWeights`. */
function quietHours(beside: readonly DayReport[], count: number): number[] {
  const had = hourWeights.map((_, hour) => beside.filter(({ at }) => Number(at.slice(0, 2)) === hour).length)
  const perWeight = (beside.length + count) / hourWeights.reduce((sum, weight) => sum + weight, 0)
  return Array.from({ length: count }, () => {
    const lacks = hourWeights.map((weight, hour) => weight * perWeight - (had[hour] ?? 0))
    const hour = lacks.indexOf(Math.max(...lacks))
    had[hour] = (had[hour] ?? 0) + 1
    return hour
  })
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
