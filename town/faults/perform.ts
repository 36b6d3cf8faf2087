import type { Fault, Setting, Verdict } from './fault.ts'
import { openGround, type Ground } from './ground.ts'
import { lacking } from './needs.ts'

/** 结果 — one fault and what became of it. */
export type Outcome = {
  readonly id: string
  readonly does: string
  readonly holds: string
  readonly end: 'held' | 'late' | 'broken' | 'skipped'
  readonly says: string
  readonly figures: Verdict['figures']
  readonly seconds: number
}

/** Does one fault after the other on a shared ground; what breaks one leaves a fresh ground to the next. */
export async function perform(
  faults: readonly Fault[],
  setting: Omit<Setting, 'ground'>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let shared: Ground | undefined
  const leave = async () => {
    const old = shared
    shared = undefined
    await old?.close()
  }
  const ground = async () => (shared ??= await openGround({ seed: setting.seed }))
  try {
    for (const fault of faults) {
      const { id, does, holds } = fault
      const about = { id, does, holds, figures: {} }
      const needs = lacking(fault.needs)
      if (needs.length > 0) {
        outcomes.push({ ...about, end: 'skipped', says: `needs ${needs.join(', ')}`, seconds: 0 })
      } else {
        const began = performance.now()
        const verdict = await fault
          .run({ ...setting, ground })
          .catch(async (cause: unknown): Promise<Verdict> => {
            const lines = shared?.said().split('\n').filter(Boolean) ?? []
            // What a program dies of is often followed by what it could not do any more.
            const died = lines.findLast((line) => line.includes('"level":60'))
            const last = [...(died ? [died] : []), ...lines.slice(-3)].join(' | ')
            await leave().catch(() => {})
            return {
              breaches: [String((cause as Error).message), ...(last ? [`last words: ${last}`] : [])],
              figures: {},
            }
          })
        outcomes.push({
          ...about,
          ...ending(verdict),
          seconds: Math.round((performance.now() - began) / 1_000),
        })
      }
      setting.say(lineOf(outcomes.at(-1)!))
    }
  } finally {
    await leave()
  }
  return outcomes
}

function ending({ breaches, late = [], figures }: Verdict): Pick<Outcome, 'end' | 'says' | 'figures'> {
  if (breaches.length > 0) return { end: 'broken', says: [...breaches, ...late].join('; '), figures }
  return late.length > 0
    ? { end: 'late', says: late.join('; '), figures }
    : { end: 'held', says: '', figures }
}

const wordsOf = (figures: Verdict['figures']) =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')

function lineOf({ id, end, does, says, figures, seconds }: Outcome): string {
  const tail = [says, wordsOf(figures)].filter(Boolean).join('. ')
  return `${id} ${end === 'skipped' ? `skipped: ${says}` : `${end.toUpperCase()} (${does}; ${seconds} s) ${tail}`}`
}

export function tableOf(outcomes: readonly Outcome[]): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`
  return [
    row(['fault', 'what is done', 'what must hold', 'outcome', 'figures']),
    row(['---', '---', '---', '---', '---']),
    ...outcomes.map(({ id, does, holds, end, says, figures }) =>
      row([id, does, holds, [end, says].filter(Boolean).join(': '), wordsOf(figures)]),
    ),
  ].join('\n')
}
