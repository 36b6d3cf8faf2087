import { expect, test } from 'vitest'
import { cell } from '@open110/core/cell'
import { memoryStore } from '@open110/core/store'
import type { Call } from '@open110/kit/client/call'
import { refuse } from '@open110/kit/refuse'
import { openHere } from './here.ts'
import type { Whereabouts } from './whereabouts.ts'

const own = [
  {
    tag: '校园欺凌',
    level: 2,
    category: '2001',
    icon: 'child' as const,
    send: '先到校门',
    tell: '往人多处走',
  },
]
const found = {
  state: 'found',
  fix: { lng: 119.92261, lat: 28.46759, crs: 'wgs84', accuracyMetres: 9, at: '', source: 'gps' },
} as const satisfies Whereabouts
const turns = () => new Promise((done) => setTimeout(done, 5))

function openPhone(answers: Readonly<Record<string, () => unknown>>) {
  const asked: [string, unknown][] = []
  const call = (async ({ name }: { name: string }, sent: { query: unknown }) => {
    asked.push([name, sent.query])
    return answers[name]!()
  }) as unknown as Call
  const disk = new Map<string, unknown>()
  const sight = cell<Whereabouts>({ state: 'idle' })
  const open = () => openHere({ call, store: memoryStore(disk), sight })
  return { asked, disk, sight, open }
}
const told = { 'report.tags': () => ({ own }), 'video.here': () => ({ mode: 'invite' }) }
const away = () => {
  throw new Error('no network')
}

test("[CI31] the bureau's own are asked for once, with the first place, and no finer than a bureau", async () => {
  const { asked, disk, sight, open } = openPhone(told)
  const { ownTags, videoMode } = open()
  await turns()
  expect([asked, ownTags.get(), videoMode.get()]).toEqual([[], [], undefined])
  sight.set(found)
  sight.set({ ...found })
  await turns()
  const query = { lng: '119.92', lat: '28.47', crs: 'wgs84' }
  expect(asked).toEqual([
    ['report.tags', query],
    ['video.here', query],
  ])
  expect([ownTags.get(), videoMode.get()]).toEqual([own, 'invite'])
  expect(Object.fromEntries(disk)).toEqual({ tags: own, 'video-mode': 'invite' })
})

test('[CI31] without a network those of the last time are there, and the next place asks again', async () => {
  const { asked, disk, sight, open } = openPhone({ 'report.tags': away, 'video.here': away })
  disk.set('tags', own)
  disk.set('video-mode', 'off')
  const { ownTags, videoMode } = open()
  sight.set(found)
  await turns()
  expect([ownTags.get(), videoMode.get()]).toEqual([own, 'off'])
  sight.set({ ...found })
  await turns()
  expect(asked).toHaveLength(4)
})

test('[CI31] what was kept and is none, or a refusal, changes nothing', async () => {
  const no = () => refuse('input.invalid', {})
  const { disk, sight, open } = openPhone({ 'report.tags': no, 'video.here': no })
  disk.set('tags', 'x')
  disk.set('video-mode', 'always')
  const { ownTags, videoMode } = open()
  sight.set(found)
  await turns()
  expect([ownTags.get(), videoMode.get()]).toEqual([[], undefined])
})
