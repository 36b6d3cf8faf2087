import { queue } from '@open110/modules/desk/api'
import { granted } from '../town.ts'
import type { Ground } from './ground.ts'

/** 队首 — whether this report stands first in the queue of a desk and nobody who is there has it. */
export async function isAtHead(
  ground: Ground,
  token: string,
  desk: string,
  report: string,
): Promise<boolean> {
  const [first] = granted(await ground.call(token)(queue, { params: { desk } }))
  return first?.report === report && first.owner?.state !== 'live'
}
