/** 随机源 — the same seed tells the same story. Numbers from 0 up to, not including, 1 (mulberry32). */
export type Chance = () => number

export function chanceOf(seed: string): Chance {
  let state = 2166136261
  for (const letter of seed) state = Math.imul(state ^ letter.codePointAt(0)!, 16777619) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<T>(from: readonly T[], chance: Chance): T {
  const found = from[Math.floor(chance() * from.length)]
  if (found === undefined) throw new RangeError('nothing to pick from')
  return found
}

/** Common surnames of 浙江, the commonest several times. */
const surnames = [...'陈陈陈王王王林林张张吴徐叶叶周周朱金李李胡郑郑沈沈潘杨黄章俞蒋孙方蔡戴余楼']
const givenOfWomen = [
  '丽娟',
  '晓燕',
  '雨桐',
  '文静',
  '佳宁',
  '海英',
  '素琴',
  '梦洁',
  '思琪',
  '小红',
  '玉兰',
  '晨曦',
]
const givenOfMen = [
  '建军',
  '志强',
  '伟',
  '浩然',
  '海波',
  '晓东',
  '国平',
  '俊杰',
  '永康',
  '子轩',
  '立新',
  '鹏飞',
]

/** 姓名 — a believable name for whoever the story has not named. */
export function nameOf(chance: Chance): string {
  return pick(surnames, chance) + pick(chance() < 0.5 ? givenOfWomen : givenOfMen, chance)
}
