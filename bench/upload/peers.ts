import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** 同类 — what the uploads are measured against lives outside the repository: the product needs none of it. */
const folder = join(tmpdir(), 'open110-peers', 'tus')
const packages = ['@tus/server@2.4.5', '@tus/file-store@2.1.1']

type Peers = {
  Server: new (options: object) => {
    handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  }
  FileStore: new (options: { directory: string }) => {
    write(body: unknown, id: string, offset: number): Promise<number>
  }
}

/** Asked for only when the figures of the peers are. */
export function installPeers(): void {
  if (existsSync(join(folder, 'node_modules', '@tus', 'file-store'))) return
  mkdirSync(folder, { recursive: true })
  const { status } = spawnSync('npm', ['install', '--no-save', '--prefix', folder, ...packages], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the peers could not be installed')
}

export async function loadPeers(): Promise<Peers> {
  const from = createRequire(join(folder, 'here.js'))
  const load = async (name: string) =>
    (await import(pathToFileURL(from.resolve(name)).href)) as Record<string, unknown>
  return { ...(await load('@tus/server')), ...(await load('@tus/file-store')) } as Peers
}
