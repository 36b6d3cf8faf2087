import { asSent, type Fix } from '@open110/core/fix'
import type { Pressed } from '@open110/core/outbox'
import type { NewReport } from '@open110/modules/report'
import { deniedHere } from '../phone/permissions.ts'
import type { Phone } from './phone.ts'

export type NewWords = {
  id: string
  mode: NewReport['mode']
  tag?: string
  words?: string
  callSafe?: boolean
  placeWords?: string
  marker?: string
  pin?: Fix
}

/**
 * 发出 — one press, one report. Everything the phone knows goes along (ZJ-09), and nothing it does not know holds it
 * back: no fix, no permission, no network.
 */
export async function pressReport(
  phone: Phone,
  said: NewWords,
  files: readonly Pressed[] = [],
  also: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { sight } = phone.locator
  const { fix } = sight.get()
  const denied = deniedHere(sight.get().state)
  const place = {
    ...(said.placeWords ? { words: said.placeWords } : {}),
    ...(said.marker ? { marker: said.marker } : {}),
    ...(said.pin ? { pin: asSent(said.pin) } : {}),
  }
  const body: NewReport = {
    mode: said.mode,
    ...(said.tag ? { tag: said.tag } : {}),
    ...(said.words ? { words: said.words } : {}),
    language: phone.language,
    ...(said.callSafe === undefined ? {} : { callSafe: said.callSafe }),
    ...(fix ? { fix: asSent(fix) } : {}),
    ...(Object.keys(place).length ? { place } : {}),
    madeAt: phone.now(),
    ...(denied.length ? { denied } : {}),
  }
  await phone.outbox.press([{ id: said.id, parcel: { kind: 'report', body } }, ...files], also)
}

/** A newer place for an open report. One that still waits is replaced: the desk wants where, not where I was. */
export async function pressFix(phone: Phone, of: string, fix: Fix): Promise<void> {
  const older = phone.outbox
    .items()
    .filter((item) => item.of === of && item.shows !== 'delivered' && item.parcel.kind === 'supplement')
    .filter(({ parcel }) => parcel.kind === 'supplement' && parcel.body.fix && !parcel.body.words)
  for (const { id } of older) await phone.outbox.drop(id)
  await phone.outbox.press([
    { id: phone.newId(), of, parcel: { kind: 'supplement', body: { fix: asSent(fix) } } },
  ])
}
