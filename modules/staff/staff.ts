import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'

/** 工作人员 — a person who works with reports: an account, its roles, and the organisation it acts for. */
export const StaffId = idOf('st')
export type StaffId = z.infer<typeof StaffId>

/** An organisation's readable id: a desk's bureau (`lishui`), a station (`lishui.chengdong`), or another body (`12345.lishui`). */
export const OrgId = z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]{1,60}$/))

export const roles = [
  'call-taker',
  'dispatcher',
  'supervisor',
  'unit',
  'operator',
  'mediator',
  'admin',
] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** 权限 — what each role may do. A contract names the permission; nothing is granted by exception (TicketsCAD's lesson). */
export const grants = {
  'desk.sit': ['call-taker', 'dispatcher', 'supervisor'],
  'desk.see': ['call-taker', 'dispatcher', 'supervisor'],
  'report.see': ['call-taker', 'dispatcher', 'supervisor'],
  'report.receive': ['call-taker', 'dispatcher', 'supervisor'],
  'report.supervise': ['supervisor', 'dispatcher'],
  'thread.write': ['call-taker', 'dispatcher', 'supervisor'],
  'incident.see': ['call-taker', 'dispatcher', 'supervisor'],
  'incident.work': ['call-taker', 'dispatcher', 'supervisor'],
  'incident.supervise': ['supervisor'],
  'dispatch.work': ['call-taker', 'dispatcher', 'supervisor'],
  'unit.see': ['call-taker', 'dispatcher', 'supervisor', 'unit'],
  'unit.work': ['unit'],
  'unit.track': ['dispatcher', 'supervisor'],
  'call.answer': ['call-taker', 'dispatcher', 'supervisor'],
  'contact.work': ['call-taker', 'dispatcher', 'supervisor'],
  'video.work': ['call-taker', 'dispatcher', 'supervisor'],
  'video.supervise': ['supervisor'],
  'device.manage': ['admin'],
  'agency.report': ['operator'],
  'evidence.original': ['supervisor'],
  'policy.see': ['supervisor', 'admin'],
  'policy.write': ['supervisor', 'admin'],
  'deadline.see': ['call-taker', 'dispatcher', 'supervisor'],
  'deadline.supervise': ['supervisor'],
  'closure.see': ['call-taker', 'dispatcher', 'supervisor'],
  'followup.work': ['call-taker', 'dispatcher', 'supervisor'],
  'staff.self': roles,
} as const satisfies Record<string, readonly Role[]>
export type Permission = keyof typeof grants

/** The permissions that these roles add up to. */
export function permissionsOf(held: readonly Role[]): Permission[] {
  return (Object.keys(grants) as Permission[]).filter((permission) =>
    grants[permission].some((role) => held.includes(role as Role)),
  )
}

export const Staff = z.object({
  id: StaffId,
  account: z.string(),
  name: z.string(),
  /** 警号 — what a reporter may be told instead of a name. */
  badge: z.optional(z.string()),
  roles: z.array(Role),
  org: OrgId,
  orgName: z.string(),
  /** The unit this account signs slips for. */
  unit: z.optional(z.string()),
  permissions: z.array(z.string()),
  /** The demo password is in force on this server; every staff page says so in red. */
  isDemo: z.boolean(),
})
export type Staff = z.infer<typeof Staff>

/** How many wrong passwords in a row lock an account, and for how long. */
export const lockOut = { tries: 5, seconds: 300 } as const

/** What a route needs to know of the staff member who asks. Only ever called where the contract let staff in. */
export function staffOf(me: { readonly id: string; readonly about: Readonly<Record<string, unknown>> }): {
  id: string
  name: string
  org: string
  orgName: string
  roles: readonly Role[]
  unit: string | undefined
} {
  const about = me.about as { name: string; org: string; orgName: string; roles: Role[]; unit?: string }
  return {
    id: me.id,
    name: about.name,
    org: about.org,
    orgName: about.orgName,
    roles: about.roles,
    unit: about.unit,
  }
}

export function isStaff(me: { readonly kind: string }): boolean {
  return me.kind === 'staff'
}
