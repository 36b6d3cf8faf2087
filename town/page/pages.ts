import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildClients, serveClients } from '@open110/server/web'
import { openTown, type Town } from '../town.ts'
import { person, type Look, type Watcher } from './browser.ts'

/** 小城的屏幕 — a town that is served on a real port with its built pages, in real time. */
export type Pages = {
  readonly town: Town
  readonly base: string
  person(look?: Omit<Look, 'base'>): Promise<Watcher>
  close(): Promise<void>
}

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

export async function openPages(
  given: Pick<NonNullable<Parameters<typeof openTown>[0]>, 'engine'> = {},
): Promise<Pages> {
  await buildClients({ root, log: () => {} })
  const town = await openTown({ realClock: true, ...given })
  serveClients(town.house.app)
  const base = await town.listen()
  town.house.sweeps.start()
  const present: Watcher[] = []
  return {
    town,
    base,
    async person(look = {}) {
      const watcher = await person({ base, ...look })
      present.push(watcher)
      return watcher
    },
    async close() {
      await Promise.all(present.map((watcher) => watcher.close()))
      await town.close()
    },
  }
}
