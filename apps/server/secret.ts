import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { keyedHash } from '@open110/kit/server/crypto'
import { CannotStart, query, type Database } from '@open110/kit/server/db'

/** Made once for this installation; what it seals can be read again only with it. */
export function secretOf(data: string): string {
  const path = join(data, 'secret')
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  return readFileSync(path, 'utf8').trim()
}

const agreeOnDigest = query({
  name: 'server.agree-on-secret',
  takes: z.object({ digest: z.string() }),
  gives: z.object({ secretDigest: z.string() }),
  sql: `insert into installation (secret_digest) values (:digest)
        on conflict (one) do update set secret_digest = installation.secret_digest returning secret_digest`,
})

/** Every process of an installation holds the same secret: another one would seal what the others cannot open. */
export async function agreeOnSecret(db: Database, secret: string, data: string): Promise<void> {
  const digest = keyedHash(secret, 'installation')
  const { secretDigest } = await db.one(agreeOnDigest, { digest })
  if (secretDigest === digest) return
  throw new CannotStart(
    `${join(data, 'secret')} 不是这个数据库的密钥。请把原来的 secret 文件放回数据目录;用错的密钥启动,姓名和电话会读不出来。`,
    'This data folder holds another secret than the one its database was begun with. Put the original file back.',
  )
}
