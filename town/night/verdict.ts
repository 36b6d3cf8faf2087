import { defaultPolicy } from '@open110/modules/desk'
import type { City } from './city.ts'
import type { ReportRow } from './house.answers.ts'
import type { SeatRow } from './house.seats.ts'
import { tagOf, type InvariantName } from './witness.ts'
import type { World } from './world.ts'

/** Longest silence that may pass for a beat that is late: the patience of the policy, two looks, two slow commits. */
const silentMs = defaultPolicy.staleSeconds * 1_000 + 4_500
/** After a restart or a lame database everything counts anew, and consoles have their time to find back. */
const calmMs = silentMs + 11_000

/** 此刻 — what must hold at any moment. */
export function lookNow({ time, witness }: World, city: City): void {
  for (const phone of city.phones) phone.look()
  for (const { name, desk, device, live, isUp } of city.consoles) {
    const line = live()
    if (isUp() && time.nowMs() - device.awakeSinceMs() > 3_500 && line?.state() === 'live') {
      const cursor = line.cursor()
      if (cursor !== undefined) witness.looked(name, `desk:${desk}`, cursor)
    }
  }
  const house = city.house()
  const calmSinceMs = Math.max(house?.sinceMs ?? Infinity, city.base.soundSinceMs(), witness.deafAtMs())
  if (time.nowMs() - calmSinceMs < calmMs) return
  for (const { staff, silentSince, lastBeatAt, signedInAt } of city.base.seen.all<SeatRow>('seat')) {
    if (!staff || silentSince || lastBeatAt === signedInAt) continue
    if (witness.silentMs(staff) > silentMs)
      witness.fail(
        'I4',
        `${staff} has been silent for ${Math.round(witness.silentMs(staff))} ms and still owns`,
      )
  }
}

export type Left = { readonly invariant: InvariantName; readonly words: string }

/** 未了 — what is not yet as it must be when the trouble is over, if anything. */
export function duskOf({ witness }: World, city: City): Left | undefined {
  for (const { kind, tag, phone, isKept } of witness.presses.values()) {
    const times = witness.timesStored(tag)
    const invariant = kind === 'medium' ? 'R7' : 'I8'
    if (isKept && times !== 1)
      return { invariant, words: `${tag} was kept by ${phone} and is there ${times} times` }
  }
  for (const [tag, name] of witness.drafts) {
    // Still in the form is not lost: whoever opens it finds it.
    const isInForm = city.phones.some((phone) => phone.name === name && phone.disk.held.has(`draft/${tag}`))
    if (witness.timesStored(tag) === 0 && !isInForm)
      return { invariant: 'I8', words: `${name} had kept ${tag} as a draft, and it is nowhere` }
  }
  for (const phone of city.phones) {
    const [left] = phone.unsent()
    if (left) return { invariant: 'I8', words: `${phone.name} still shows ${left.id} as ${left.shows}` }
  }
  const reports = city.base.seen.all<ReportRow>('report')
  for (const { name, desk, live, rows } of city.consoles) {
    if (live()?.state() !== 'live') return { invariant: 'I8', words: `${name} is not live again` }
    const shown = rows()
      .map(({ report, state }) => `${report} ${state}`)
      .toSorted()
      .join()
    const there = reports.filter((row) => row.desk === desk).map(({ id, state }) => `${id} ${state}`)
    if (shown !== there.toSorted().join())
      return { invariant: 'I8', words: `${name} shows [${shown}] of [${there.toSorted().join()}]` }
  }
  const waiting = reports.find(({ state }) => state !== 'accepted')
  return waiting && { invariant: 'I4', words: `${waiting.id} is ${waiting.state} and nobody takes it on` }
}

/** 擦净 — a covert reporter's phone tells nothing to whoever looks into it, after the page was opened once more (CO10, CO17). */
export function lookIntoPhones({ witness }: World, city: City): void {
  for (const { name, disk, isCovert } of city.phones) {
    for (const [key, value] of disk.held) {
      if (key === 'session' || key.startsWith('draft/')) continue
      const tag = tagOf(key)
      const isSent = witness.timesStored(tag) > 0
      if (isSent && isCovert) witness.fail('I7', `${name}'s phone still holds ${key}`)
      if (isSent && typeof value === 'string')
        witness.fail('I7', `${name}'s phone still holds the file ${key}`)
    }
  }
}
