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
  beatSeconds: z.number(),
  staleSeconds: z.number(),
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
  beatSeconds: 15,
  staleSeconds: 45,
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
  state: z.enum(['empty', 'live', 'stale']),
})
export type Seat = z.infer<typeof Seat>

/** 席位状态 — three missed beats make a seat stale; a stale seat loses nothing by itself (lessons c1). */
export function seatState(lastBeatAt: Moment | undefined, now: Moment, policy: DeskPolicy): Seat['state'] {
  if (lastBeatAt === undefined) return 'empty'
  return secondsBetween(lastBeatAt, now) > policy.staleSeconds ? 'stale' : 'live'
}

/** What may be done with a report that somebody else has received (lessons c1). */
export function takeOver(
  claim: { receivedAt: Moment; ownerState: Seat['state'] },
  me: { isSupervisor: boolean; reason?: string | undefined },
  now: Moment,
  policy: DeskPolicy,
): 'take' | 'reclaim' | 'override' | 'needs-reason' | 'denied' {
  if (claim.ownerState !== 'live') return 'reclaim'
  if (secondsBetween(claim.receivedAt, now) <= policy.takeSeconds) return 'take'
  if (!me.isSupervisor) return 'denied'
  return me.reason ? 'override' : 'needs-reason'
}
