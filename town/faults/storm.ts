import { setTimeout as wait } from 'node:timers/promises'
import { get } from '@open110/modules/report/api'
import { chanceOf } from '../names.ts'
import { check, type Findings } from './check.ts'
import { DidNotStart, type Ground } from './ground.ts'
import { openCrowd, type Crowd, type History } from './phones.ts'
import { openTakers } from './takers.ts'
import { readTruth } from './truth.ts'
import { until } from './until.ts'

export type Blow = 'server' | 'database' | 'both'
export type Storm = {
  readonly findings: Findings
  readonly history: History
  readonly tokens: readonly string[]
  readonly figures: Readonly<Record<string, number | string>>
}

/**
 * 连番击杀 — a crowd presses, call-takers receive, and one process after the other is killed with -9 at moments of
 * chance; then everything is compared. `mortal` phones die with the third blow and are never heard of again.
 */
export async function storm(
  ground: Ground,
  given: {
    mark: string
    phones: number
    rounds: number
    blows: readonly Blow[]
    mortal?: number
    say?: (line: string) => void
  },
): Promise<Storm> {
  const chance = chanceOf(`storm ${ground.seed} ${given.mark}`)
  const takers = await openTakers(ground, {
    desk: 'lishui',
    accounts: ['zhaomin@lishui', 'wangtao@lishui'],
    everyNth: 5,
  })
  const crowd = await openCrowd({ base: ground.base, count: given.phones, mark: given.mark, againMs: 0 })
  const { history } = crowd
  const blows: { kind: Blow; atMs: number; ackedBefore: number; gapMs: number }[] = []
  try {
    for (let round = 1; round <= given.rounds; round++) {
      // Mostly they are struck again while they are catching up; never so long that they have to give up and fetch anew.
      if (round % 3 === 0)
        await until(() => takers.watches.every((watch) => watch.state() === 'live'), 'the consoles are live')
      const before = history.acked.size
      const soon = 5 + Math.floor(chance() * 60)
      await until(
        () => history.acked.size >= before + soon,
        () => `reports are being acknowledged (${crowd.looks()})`,
      )
      await wait(chance() * 25)
      const kind = given.blows[Math.floor(chance() * given.blows.length)]!
      const atMs = Date.now()
      const ackedBefore = history.acked.size
      const began = performance.now()
      await strike(ground, kind)
      if (round === 3) crowd.phones.slice(0, given.mortal ?? 0).forEach(({ die }) => die())
      if (kind !== 'database') await startAgain(ground)
      crowd.wake() // as a phone does when it is online again
      await until(() => history.acked.size > ackedBefore + 1, 'work goes on')
      blows.push({ kind, atMs, ackedBefore, gapMs: Math.round(performance.now() - began) })
      if (round % 10 === 0) given.say?.(`${round} of ${given.rounds}: ${history.acked.size} acknowledged`)
    }
    await crowd.settle(120)
    await takers.settle()
    const last = crowd.phones.at(-1)!
    const words = last.press(`${given.mark}:最后一个`)
    await until(() => history.acked.has(words), 'the last one is acknowledged')
    const id = history.acked.get(words)!
    await until(() => takers.watches.every((watch) => watch.has(id)), 'every console hears the last one', 120)
    await takers.settle()
    const rankOf = new Map([...history.acked.keys()].map((words, rank) => [words, rank]))

    const truth = await readTruth(ground, given.mark)
    const heard = takers.watches.map((watch) => watch.heard)
    const findings = check(history, truth, heard, takers.grants)
    findings.lost.push(...(await unseen(ground, crowd, history)))
    const gaps = (kinds: readonly Blow[]) =>
      blows
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ gapMs }) => gapMs)
        .toSorted((a, b) => a - b)
    const storedWords = new Set(truth.stored.map(({ words }) => words))
    return {
      findings,
      history,
      tokens: [...takers.tokens, ...crowd.phones.map(({ token }) => token)],
      figures: {
        blows: blows.length,
        ...countOf(blows.map(({ kind }) => kind)),
        pressed: history.pressed.length,
        acknowledged: history.acked.size,
        'never answered': history.pressed.length - history.acked.size,
        'of them stored': history.pressed.filter((one) => !history.acked.has(one) && storedWords.has(one))
          .length,
        'tries with unknown outcome': history.tries.unknown,
        // Stored by a process that died before it could say so: only the same key kept these from being there twice.
        'kept single by the key': truth.stored.filter(({ words, atMs }) => {
          const rank = rankOf.get(words) ?? Number.POSITIVE_INFINITY
          return blows.some((blow) => atMs < blow.atMs && rank >= blow.ackedBefore)
        }).length,
        received: takers.grants.length,
        'turned away': takers.turnedAway(),
        'events heard': heard.map(({ length }) => length).join('+'),
        refetches: takers.watches.map((watch) => watch.refetches()).join('+'),
        'consoles longest not live, ms': takers.watches.map((watch) => watch.staleMs()).join('+'),
        ...spread('gap after a server kill, ms', gaps(['server'])),
        ...spread('gap after a database kill, ms', gaps(['database'])),
        ...spread('gap after both, ms', gaps(['both'])),
      },
    }
  } finally {
    crowd.close()
    takers.close()
  }
}

async function strike(ground: Ground, kind: Blow): Promise<void> {
  const dying = kind === 'database' ? undefined : ground.kill()
  if (kind !== 'server') ground.killPostmaster()
  await dying
}

/** As whoever keeps a service running does: a server that does not find its database yet is started once more. */
async function startAgain(ground: Ground): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return void (await ground.start())
    } catch (fault) {
      if (!(fault instanceof DidNotStart) || tries >= 20) throw fault
      await wait(500)
    }
  }
}

/** Acknowledged, and yet not in the list of the phone that was told so: asked over the API, not of the tables. */
async function unseen(ground: Ground, crowd: Crowd, { acked }: History): Promise<string[]> {
  const gone: string[] = []
  for (const { token, pressed } of crowd.phones) {
    const last = pressed.findLast((words) => acked.has(words))
    if (!last) continue
    const report = await ground.call(token)(get, { params: { report: acked.get(last)! } })
    if (!('id' in report)) gone.push(last)
  }
  return gone
}

function countOf(kinds: readonly Blow[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of kinds) counts[`of the ${kind}`] = (counts[`of the ${kind}`] ?? 0) + 1
  return counts
}

function spread(name: string, sorted: readonly number[]): Record<string, string> {
  if (sorted.length === 0) return {}
  return { [name]: `p50 ${sorted[Math.floor(sorted.length / 2)]}, most ${sorted.at(-1)}` }
}
