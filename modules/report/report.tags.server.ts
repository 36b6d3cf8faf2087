import * as z from 'zod/mini'
import type { Reader } from '@open110/kit/server/db'
import { tagPolicyAt } from './report.tags.store.ts'
import { noTagPolicy, TagPolicy } from './report.tags.ts'

/** Named degradation: where a policy cannot be read the eight stand alone, and every one of them still works. */
export async function tagPolicyOf(db: Reader, desk: string, now: string): Promise<TagPolicy> {
  const read = z.safeParse(TagPolicy, (await db.maybe(tagPolicyAt, { desk, now }))?.policy)
  return read.success ? read.data : noTagPolicy
}
