import type { Mode, NewReport, ReportFlag, Urgency } from './report.ts'

/** Whoever writes this must not be rung: a voice from the phone would betray them. */
const hush = [
  '不能出声',
  '不敢出声',
  '别出声',
  '不能说话',
  '不敢说话',
  '不方便说话',
  '别打电话',
  '不要打电话',
  '不要回电',
  '躲',
]

/** What in the words says that a life may be in danger. A hint for the order of the queue, never a decision (promise 6). */
const cues: readonly { level: 1 | 2; cue: string; words: readonly string[] }[] = [
  { level: 1, cue: 'weapon', words: ['刀', '枪', '持械', '斧', '凶器', '炸弹', '汽油'] },
  { level: 1, cue: 'intruder', words: ['撬门', '撬我家', '闯进', '入室', '翻窗', '砸门', '踹门', '在撬'] },
  {
    level: 1,
    cue: 'captive',
    words: ['绑架', '关起来', '不让走', '被囚', '挟持', '劫持', '被关', '关在', '回不去'],
  },
  { level: 1, cue: 'violence', words: ['杀', '救命', '打死', '掐', '流血', '强奸', '砍'] },
  {
    level: 1,
    cue: 'fire',
    words: ['着火', '起火', '火灾', '爆炸', '浓烟', '黑烟', '冒烟', '煤气味', '煤气泄漏', '燃气泄漏'],
  },
  {
    level: 1,
    cue: 'suicide',
    words: ['跳楼', '楼顶', '自杀', '不想活', '割腕', '溺水', '落水', '轻生', '掉江', '掉河', '掉水', '掉进'],
  },
  { level: 1, cue: 'lifeless', words: ['叫不醒', '没有呼吸', '没呼吸', '晕倒', '昏迷', '没声音'] },
  { level: 2, cue: 'hush', words: hush },
  { level: 2, cue: 'followed', words: ['跟踪', '尾随', '跟着我'] },
  { level: 2, cue: 'injury', words: ['受伤', '撞人', '车祸', '打架', '打人', '打我', '家暴'] },
  { level: 2, cue: 'robbery', words: ['抢', '抢劫', '抢夺'] },
  { level: 2, cue: 'lost', words: ['走失', '走丢', '失踪', '被困'] },
  { level: 2, cue: 'fraud', words: ['转账', '诈骗', '被骗', '汇款'] },
]

/** Matters that the first question usually shows to belong elsewhere. Last in the queue, never out of it. */
const quiet = ['挪车', '咨询', '施工噪音', '物业', '快递', '停车位', '噪音', '开锁', '丢了钥匙']

export function dangerCues(words: string): { level: 1 | 2; cue: string }[] {
  return cues
    .filter(({ words: list }) => list.some((word) => words.includes(word)))
    .map(({ level, cue }) => ({ level, cue }))
}

/** 不宜回拨 — whether the words ask not to be rung, when nobody answered that question (promise 3). */
export function asksForSilence(words: string): boolean {
  return hush.some((word) => words.includes(word))
}

/** Reasons for having seen no danger; they are over as soon as one is. */
const calm = ['matter.quiet', 'words.none', 'ordinary']

/** 升级 — what the reporter says later makes it more urgent, never less. Nothing if it tells of no further danger. */
export function raisedBy(before: Urgency, words: string): Urgency | undefined {
  const found = dangerCues(words).filter(({ cue }) => !before.reasons.includes(`cue.${cue}`))
  if (found.length === 0) return undefined
  return {
    level: Math.min(before.level, ...found.map(({ level }) => level)),
    reasons: [
      ...before.reasons.filter((reason) => !calm.includes(reason)),
      ...found.map(({ cue }) => `cue.${cue}`),
    ],
  }
}

/** 紧急程度 — the rank of a report with its reasons. Identity and history may lower a rank, and a danger cue outranks both. */
export function urgencyOf(
  report: Pick<NewReport, 'words' | 'place' | 'tag' | 'callSafe'> & { readonly mode: Mode },
  flags: readonly ReportFlag[],
): Urgency {
  const words = `${report.words ?? ''} ${report.place?.words ?? ''}`
  const found = dangerCues(words)
  const reasons = found.map(({ cue }) => `cue.${cue}`)
  if (report.mode === 'silent') return { level: 1, reasons: ['mode.silent', ...reasons] }
  if (report.tag) reasons.unshift('tag')
  if (report.callSafe === false) reasons.unshift('no-call')
  if (found.some(({ level }) => level === 1)) return { level: 1, reasons }
  if (found.length > 0 || report.callSafe === false) return { level: 2, reasons }
  if (report.mode === 'video' || report.mode === 'fraud')
    return { level: 2, reasons: [`mode.${report.mode}`, ...reasons] }
  if (flags.includes('missed-call')) return { level: 2, reasons: ['missed-call', ...reasons] }
  if (flags.includes('overseas')) return { level: 2, reasons: ['overseas', ...reasons] }
  if (report.mode === 'location') return { level: 2, reasons: ['mode.location'] }
  if (quiet.some((word) => words.includes(word))) return { level: 5, reasons: ['matter.quiet'] }
  if (words.trim() === '') return { level: 3, reasons: ['words.none'] }
  return { level: 3, reasons: reasons.length > 0 ? reasons : ['ordinary'] }
}
