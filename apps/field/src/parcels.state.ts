import { Unanswered } from '@open110/kit/client/call'
import type { Timers } from '@open110/kit/client/live'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { OwnFix } from './track.state.ts'

/** 取证件 — a picture, clip or recording from the scene, on its way to the incident. */
export type Parcel = {
  readonly id: string
  readonly unit: string
  readonly incident: string
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** The phone's clock and place when it was taken: the server keeps both beside its own. */
  readonly madeAt: string
  readonly fix?: OwnFix
  /** Where the upload goes on, once it has begun. */
  readonly url?: string
  readonly sent: number
  readonly state: 'waiting' | 'sending' | 'kept' | 'refused'
  readonly refused?: string
}

/** Where parcels outlive the page: what is known of each, and its bytes. */
export type ParcelStore = {
  all(): Promise<readonly Parcel[]>
  /** Both at once, or neither. */
  add(parcel: Parcel, bytes: Blob): Promise<void>
  note(parcel: Parcel): Promise<void>
  bytes(id: string): Promise<Blob | undefined>
  drop(id: string): Promise<void>
}

/** Carries one parcel and goes on where it stopped. Throws `Unanswered` when the line is lost. */
export type Carry = (given: {
  parcel: Parcel
  bytes: Blob
  keepUrl: (url: string) => Promise<void>
  progress: (sentBytes: number) => void
}) => Promise<Refusal | undefined>

export type Parcels = ReturnType<typeof openParcels>
const waitsMs = [2_000, 5_000, 15_000, 60_000]

/** 上传 — after the steps, oldest first, one at a time: a clip must not stand before an arrival. */
export function openParcels(given: {
  unit: string
  store: ParcelStore
  carry: Carry
  timers: Timers
  /** Nothing that people wait for is on this phone. */
  mayGo: () => boolean
  onChange: () => void
}) {
  const { store, timers } = given
  let parcels: readonly Parcel[] = []
  let isStored = true
  let busy = false
  let misses = 0
  let stopAgain = () => {}
  const set = (next: Parcel) => {
    parcels = parcels.map((one) => (one.id === next.id ? next : one))
    given.onChange()
  }
  const later = () => {
    misses += 1
    stopAgain()
    stopAgain = timers.after(waitsMs[Math.min(misses, waitsMs.length) - 1] ?? 60_000, () => void send())
  }
  const send = async (): Promise<void> => {
    stopAgain()
    const next = parcels.find(({ state }) => state === 'waiting')
    if (!next || busy) return
    if (!given.mayGo()) return later()
    busy = true
    let current: Parcel = { ...next, state: 'sending' }
    set(current)
    try {
      const bytes = await store.bytes(next.id)
      const answer = bytes
        ? await given.carry({
            parcel: next,
            bytes,
            keepUrl: async (url) => {
              current = { ...current, url }
              await store.note({ ...current, state: 'waiting' })
            },
            progress: (sent) => set((current = { ...current, sent })),
          })
        : undefined
      if (!bytes) {
        set({ ...current, state: 'refused', refused: 'attachment.file-missing' })
        await store.drop(next.id)
      } else if (isRefusal(answer)) {
        // It stays on the phone: what was seen at the scene is not thrown away because a server will not have it.
        current = { ...current, state: 'refused', refused: answer.refused }
        set(current)
        await store.note(current)
      } else {
        set({ ...current, sent: current.bytes, state: 'kept' })
        await store.drop(next.id)
      }
      misses = 0
    } catch (fault) {
      set({ ...current, state: 'waiting' })
      if (!(fault instanceof Unanswered)) throw fault
      return later()
    } finally {
      busy = false
    }
    return send()
  }
  return {
    get: () => parcels,
    /** Whether the newest one lies safe on the phone. */
    isStored: () => isStored,
    /** What waited from before. */
    async wake() {
      const known = new Set(parcels.map(({ id }) => id))
      const kept = (await store.all()).filter((one) => one.unit === given.unit && !known.has(one.id))
      parcels = [...kept, ...parcels].toSorted((a, b) => a.madeAt.localeCompare(b.madeAt))
      given.onChange()
      await send()
    },
    async add(parcel: Omit<Parcel, 'sent' | 'state'>, bytes: Blob) {
      const made: Parcel = { ...parcel, sent: 0, state: 'waiting' }
      await store.add(made, bytes).then(
        () => (isStored = true),
        () => (isStored = false),
      )
      if (isStored) parcels = [...parcels, made]
      given.onChange()
      await send()
    },
    /** Try again what was refused; the slip may be open again. */
    async again(id: string) {
      const parcel = parcels.find((one) => one.id === id)
      if (!parcel) return
      const { refused: _, ...rest } = parcel
      set({ ...rest, state: 'waiting' })
      await send()
    },
    send,
    close: () => stopAgain(),
  }
}
