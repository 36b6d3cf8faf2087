/**
 * 12110短信 — reading what comes in and cutting what goes out (domain §2.1). The place is asked for first, so the first
 * words that sound like one are taken for it; they are a hint for the call-taker and move nothing by themselves.
 */
const placeSigns =
  /[路街巷弄道号栋幢座单元室楼层村镇乡县区市桥站口港园厂店校院苑庄寨湾里]|小区|公里|高速|国道|省道|广场|大厦|隧道/
const ends = /[,,。;;!!??\n]/

/** 位置在先 — the words of the place, if the text begins with one. */
export function placeWordsOf(words: string): string | undefined {
  const first = words.split(ends)[0]?.trim() ?? ''
  const place = first.replace(/^(?:我在|我现在在|在|位置|地址|地点)[::]?\s*/, '')
  return place.length >= 3 && place.length <= 60 && placeSigns.test(place) ? place : undefined
}

/** What a carrier hands over may hold what no database takes; the rest of the words must not be lost for it. */
export function readable(words: string): string {
  return words.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '')
}

/** 可回复 — whether whoever writes says in so many words that they may be rung or written to. Silence about it means no. */
export function allowsCalls(words: string): boolean {
  return /(?<![不别勿莫没未])(?:可以|方便|请|能)(?:给我)?(?:打电话|接电话|回电话?|回拨|回短信|回复|发短信)/.test(
    words,
  )
}

/** 合并窗 — texts of one number within so long may be the same matter, sent again because a text may be lost. */
export const mergeSeconds = 600
/** From so alike on, it belongs to the same matter. */
export const sameMatterScore = 0.3

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]/gu, '')

function threes(text: string): Set<string> {
  const found = new Set<string>()
  const letters = [...plain(text)]
  for (let i = 0; i < Math.max(1, letters.length - 2); i++) found.add(letters.slice(i, i + 3).join(''))
  found.delete('')
  return found
}

/** Share of the shorter text's letter triples that the other has as well, 0 to 1: what repeats and adds is still the same. */
export function overlapOf(a: string, b: string): number {
  const [left, right] = [threes(a), threes(b)]
  const least = Math.min(left.size, right.size)
  if (least === 0) return left.size === right.size ? 1 : 0
  let common = 0
  for (const three of left) if (right.has(three)) common += 1
  return common / least
}

export type Known = {
  readonly id: string
  readonly said: readonly string[]
  readonly incident?: string | undefined
}

/**
 * 并入 — to which open report of the same number a text belongs, if to any. One that nothing is alike to is another matter
 * and gets a report of its own, unless it is too short to say anything by itself (`快点`, `3楼`) and there is but one.
 */
export function belongsTo(
  words: string,
  open: readonly Known[],
): { id: string; how: 'repeat' | 'supplement' } | undefined {
  let best: { id: string; score: number } | undefined
  for (const { id, said } of open) {
    const score = Math.max(...said.map((one) => overlapOf(words, one)), 0)
    // Word for word: a text that differs in one word may say `刀`.
    if (said.some((one) => plain(one).includes(plain(words)))) return { id, how: 'repeat' }
    if (score > (best?.score ?? 0)) best = { id, score }
  }
  if (best && best.score >= sameMatterScore) return { id: best.id, how: 'supplement' }
  const [only, second] = open
  return only && !second && isFragment(words) ? { id: only.id, how: 'supplement' } : undefined
}

/** Too short for a matter of its own. */
function isFragment(words: string): boolean {
  return [...plain(words)].length <= 8
}

const single = 70
const joined = 67

/** 分段 — pieces as phones put them together again: one of 70, or several of 67 with a head of three. */
export function piecesOf(words: string): string[] {
  if (words.length <= single) return [words]
  const pieces: string[] = []
  let piece = ''
  for (const letter of words) {
    if (piece.length + letter.length > joined) {
      pieces.push(piece)
      piece = ''
    }
    piece += letter
  }
  return [...pieces, piece]
}
