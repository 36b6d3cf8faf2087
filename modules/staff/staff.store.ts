import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

const Account = z.object({
  id: z.string(),
  account: z.string(),
  name: z.string(),
  badge: z.optional(z.string()),
  roles: z.array(z.string()),
  org: z.string(),
  orgName: z.string(),
  unit: z.optional(z.string()),
  password: z.string(),
  isDemo: z.boolean(),
  wrongTries: z.number(),
  lockedUntil: z.optional(z.string()),
})
export type Account = z.infer<typeof Account>

const accountColumns = `s.id, s.account, s.name, s.badge, s.roles, s.org, o.name as org_name, s.unit, s.password,
               s.is_demo, s.wrong_tries, s.locked_until`

export const accountByName = query({
  name: 'staff.account-by-name',
  takes: z.object({ account: z.string() }),
  gives: Account,
  sql: `select ${accountColumns} from staff s join org o on o.id = s.org where s.account = :account for update of s`,
})

export const holdersOfTokens = query({
  name: 'staff.holders-of-tokens',
  takes: z.object({ tokenHashes: z.array(z.string()), now: z.string() }),
  gives: z.extend(Account, { tokenHash: z.string(), endsAt: z.string() }),
  sql: `select ${accountColumns}, t.token_hash, t.ends_at
          from staff_session t join staff s on s.id = t.staff join org o on o.id = s.org
         where t.token_hash = any(:tokenHashes::text[]) and t.ends_at > :now`,
})

export const noteTry = query({
  name: 'staff.note-try',
  takes: z.object({ staff: z.string(), wrongTries: z.number(), lockedUntil: z.optional(z.string()) }),
  sql: `update staff set wrong_tries = :wrongTries, locked_until = :lockedUntil where id = :staff`,
})

/** Only a digest of the address is kept: enough to know it again. */
const Address = z.object({ staff: z.string(), address: z.string(), now: z.string() })

export const isKnownAddress = query({
  name: 'staff.is-known-address',
  takes: Address,
  gives: z.object({ known: z.boolean() }),
  sql: `select exists (select from staff_address where staff = :staff and address = :address
                          and last_at > :now::timestamptz - interval '30 days') as known`,
})

export const knowAddress = query({
  name: 'staff.know-address',
  takes: Address,
  sql: `insert into staff_address (staff, address, last_at) values (:staff, :address, :now)
        on conflict (staff, address) do update set last_at = :now`,
})

export const openSession = query({
  name: 'staff.open-session',
  takes: z.object({ tokenHash: z.string(), staff: z.string(), now: z.string(), endsAt: z.string() }),
  sql: `insert into staff_session (token_hash, staff, opened_at, ends_at) values (:tokenHash, :staff, :now, :endsAt)`,
})

export const endSession = query({
  name: 'staff.end-session',
  takes: z.object({ tokenHash: z.string() }),
  sql: `delete from staff_session where token_hash = :tokenHash`,
})

export const addOrg = query({
  name: 'staff.add-org',
  takes: z.object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    parent: z.optional(z.string()),
    division: z.optional(z.string()),
  }),
  sql: `insert into org (id, name, kind, parent, division) values (:id, :name, :kind, :parent, :division)
        on conflict (id) do nothing`,
})

export const addStaff = query({
  name: 'staff.add-staff',
  takes: z.object({
    id: z.string(),
    account: z.string(),
    name: z.string(),
    badge: z.optional(z.string()),
    roles: z.array(z.string()),
    org: z.string(),
    unit: z.optional(z.string()),
    password: z.string(),
    isDemo: z.boolean(),
  }),
  sql: `insert into staff (id, account, name, badge, roles, org, unit, password, is_demo)
        values (:id, :account, :name, :badge, :roles, :org, :unit, :password, :isDemo) on conflict (account) do nothing`,
})

export const hasDemoAccounts = query({
  name: 'staff.has-demo-accounts',
  gives: z.object({ some: z.boolean() }),
  sql: `select exists (select from staff where is_demo) as some`,
})
