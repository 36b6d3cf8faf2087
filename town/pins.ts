import { setPins } from '@open110/modules/person/api'
import { send } from '@open110/modules/report/api'
import type { Call } from '@open110/kit/client/call'
import { granted } from './town.ts'

const pins = { pin: '1379', duressPin: '2468' }
const typed = { right: '1379', duress: '2468', wrong: '5050', none: undefined } as const

type Phone = { readonly call: Call; readonly token: string }

/** 撤回密码 — each of them typed in turn on one phone, and one on a phone where none was ever set. */
export async function openPinRuns(base: string, phones: readonly [Phone, Phone]) {
  const [林秋, 陈国强] = phones
  granted(await 林秋.call(setPins, { body: pins, key: 'pins-1' }))
  const hidden = { mode: 'silent', fix: { lng: 119.92, lat: 28.45, crs: 'wgs84' } } as const
  const sends = async ({ call }: Phone) => granted(await call(send, { body: hidden, key: 'hidden' })).id
  const mine = await sends(林秋)
  const unset = await sends(陈国强)
  type Run = readonly [name: string, who: Phone, report: string, pin: string | undefined]
  const runs: readonly Run[] = [
    ...Object.entries(typed).map(([kind, pin]): Run => [kind, 林秋, mine, pin]),
    ['unset', 陈国强, unset, '1379'],
  ]
  /** What the phone is answered, whole, and after how long. */
  async function ask([, who, report, pin]: Run, round: number) {
    const began = performance.now()
    const answer = await fetch(`${base}/api/v1/reports/${report}/withdrawals`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${who.token}`,
        'content-type': 'application/json',
        'idempotency-key': `ask-${report}-${round}-${pin ?? 'none'}`,
      },
      body: JSON.stringify({ ...(pin ? { pin } : {}), madeAt: '2026-11-22T02:00:00.000Z' }),
    })
    const body = await answer.text()
    const headers = [...answer.headers].filter(([name]) => name !== 'date')
    return { ms: performance.now() - began, seen: JSON.stringify([answer.status, headers, body]) }
  }
  /** In turn, so that whatever else the machine does meets all of them alike. */
  async function take(rounds: number) {
    const ms: Record<string, number[]> = {}
    const seen = new Set<string>()
    for (let round = 0; round < rounds; round++)
      for (const run of runs) {
        const one = await ask(run, round)
        seen.add(one.seen)
        ;(ms[run[0]] ??= []).push(one.ms)
      }
    return { ms, seen }
  }
  return { mine, unset, runs, ask, take }
}
