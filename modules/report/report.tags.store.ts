import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

export const tagPolicyAt = query({
  name: 'report.tag-policy-at',
  takes: z.object({ desk: z.string(), now: z.string() }),
  gives: z.object({ policy: z.unknown() }),
  sql: `select policy from report_tag_policy where desk in (:desk, '*') and valid_from <= :now
         order by (desk = '*'), valid_from desc limit 1`,
})

export const addTagPolicy = query({
  name: 'report.add-tag-policy',
  takes: z.object({ desk: z.string(), validFrom: z.string(), policy: z.string() }),
  sql: `insert into report_tag_policy (desk, valid_from, policy) values (:desk, :validFrom, :policy::jsonb)
        on conflict do nothing`,
})
