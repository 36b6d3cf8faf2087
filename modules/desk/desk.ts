import * as z from 'zod/mini'
import { Moment, secondsBetween } from '@open110/kit/time'
import { OrgId, StaffId } from '@open110/modules/staff'

/** 接警台 — the room that answers for an area; its id is its bureau's (`lishui`). */
export const DeskId = OrgId
export const DeskName = z.object({ id: DeskId, name: z.string() })
export type DeskName = z.infer<typeof DeskName>

/**
 * 时限策略 — how long a report may ring before the next thing happens. City data with effective dates, never code.
 * Defaults: 3 s ring, 10 s overflow, 20 s supervisor, 15 s / 30 s way out on the phone (domain §3.3).
 */
export const DeskPolicy = z.object({
  ringSeconds: z.number(),
  overflowSeconds: z.number(),
  /** Which desk is shown the report as well when this one does not answer; none if absent. */
  overflowDesk: z.optional(DeskId),
  supervisorSeconds: z.number(),
  fallbackSilentSeconds: z.number(),
  fallbackSeconds: z.number(),
  /** 心跳 — how often a console answers the live connection. */
  beatSeconds: z.number(),
  /** 失联 — after so long without a beat a seat is silent, and what it has received is offered again. */
  staleSeconds: z.number(),
  /** How long a seat that was just taken may take to be heard for the first time. */
  firstBeatSeconds: z.number(),
  /** 抢接 — within this time anybody at the desk may take a report over without a reason. */
  takeSeconds: z.number(),
})
export type DeskPolicy = z.infer<typeof DeskPolicy>

export const defaultPolicy: DeskPolicy = {
  ringSeconds: 3,
  overflowSeconds: 10,
  supervisorSeconds: 20,
  fallbackSilentSeconds: 15,
  fallbackSeconds: 30,
  beatSeconds: 2,
  staleSeconds: 7,
  firstBeatSeconds: 45,
  takeSeconds: 20,
}

/** 席位 — a chair with a number. It is alive while its person's heartbeat arrives. */
export const Seat = z.object({
  desk: DeskId,
  seat: z.number(),
  staff: z.optional(StaffId),
  staffName: z.optional(z.string()),
  signedInAt: z.optional(Moment),
  lastBeatAt: z.optional(Moment),
  /** Since when it has been found silent; absent while it is heard. */
  silentSince: z.optional(Moment),
  state: z.enum(['empty', 'live', 'stale']),
})
export type Seat = z.infer<typeof Seat>

/** 席位状态 — whether a seat is alive is a verdict, not a sum over dates; a stale seat loses nothing by itself (lessons c1). */
export function seatState(seat: Pick<Seat, 'staff' | 'silentSince'>): Seat['state'] {
  if (seat.staff === undefined) return 'empty'
  return seat.silentSince === undefined ? 'live' : 'stale'
}

/** How much silence is too much: a console that was heard once is held to its beat, one that is still starting is not. */
export function patienceSeconds(
  seat: Pick<Seat, 'signedInAt' | 'lastBeatAt'>,
  policy: Pick<DeskPolicy, 'staleSeconds' | 'firstBeatSeconds'>,
): number {
  return seat.lastBeatAt === seat.signedInAt
    ? Math.max(policy.firstBeatSeconds, policy.staleSeconds)
    : policy.staleSeconds
}

/** What may be done with a report that somebody else has received (lessons c1). */
export function takeOver(
  claim: { receivedAt: Moment; ownerState: Seat['state'] },
  me: { isSupervisor: boolean; reason?: string | undefined },
  now: Moment,
  policy: DeskPolicy,
): 'take' | 'reclaim' | 'override' | 'needs-reason' | 'denied' {
  if (claim.ownerState !== 'live') return 'reclaim'
  const heldSeconds = secondsBetween(claim.receivedAt, now)
  // A claim from the future was made under another date; it is not fresh.
  if (Math.abs(heldSeconds) <= policy.takeSeconds) return 'take'
  if (!me.isSupervisor) return 'denied'
  return me.reason ? 'override' : 'needs-reason'
}

/** What a report needs to know of the desk that it goes to. */
export type DeskNow = { readonly name: string; readonly policy: DeskPolicy; readonly isStaffed: boolean }
