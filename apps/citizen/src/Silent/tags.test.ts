import { expect, test } from 'vitest'
import { cell } from '@open110/core/cell'
import { memoryStore } from '@open110/core/store'
import { common } from '@open110/core/words/zh/common'
import { silent, silentDesk } from '@open110/core/words/zh/silent'
import type { Call } from '@open110/kit/client/call'
import { silentTags } from '@open110/modules/report'
import { tagIcons, usualTags } from '@open110/modules/report/tags'
import type { Whereabouts } from '../phone/whereabouts.ts'
import { buttonsOf, openTags } from './tags.state.ts'

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

function openPhone(answer: () => unknown) {
  const asked: unknown[] = []
  const call = (async (_: unknown, sent: { query: unknown }) => {
    asked.push(sent.query)
    return answer()
  }) as unknown as Call
  const disk = new Map<string, unknown>()
  const sight = cell<Whereabouts>({ state: 'idle' })
  const open = () => openTags({ call, store: memoryStore(disk), sight })
  return { asked, disk, sight, open }
}

test('[CI31] the eight are there without a network, each with its drawing and its words on both sides', () => {
  expect(buttonsOf([]).map(({ tag }) => tag)).toEqual([...silentTags])
  for (const tag of silentTags) {
    expect(tagIcons).toContain(usualTags[tag].icon)
    for (const [words, key] of [
      [common, `tag.${tag}`],
      [silent, `tag-tell.${tag}`],
      [silentDesk, `tag-send.${tag}`],
    ] as const)
      expect(words).toHaveProperty([key])
  }
  // Nobody in hiding is asked to speak or to ring.
  const tells = Object.entries(silent).filter(([key]) => key.startsWith('tag-tell.'))
  for (const [, words] of tells) expect(words).not.toMatch(/拨打|电话|大声|喊|110/)
})

test("[CI31] the bureau's own are asked for once, with the first place, and no finer than a bureau", async () => {
  const { asked, disk, sight, open } = openPhone(() => ({ own }))
  const tags = open()
  await turns()
  expect([asked, tags.get()]).toEqual([[], []])
  sight.set(found)
  sight.set({ ...found })
  await turns()
  expect(asked).toEqual([{ lng: '119.92', lat: '28.47', crs: 'wgs84' }])
  expect(buttonsOf(tags.get()).at(-1)).toMatchObject({ tag: '校园欺凌', icon: 'child' })
  expect(disk.get('tags')).toEqual(own)
})

test('[CI31] without a network those of the last time are there, and the next place asks again', async () => {
  const { asked, disk, sight, open } = openPhone(() => {
    throw new Error('no network')
  })
  disk.set('tags', own)
  const tags = open()
  sight.set(found)
  await turns()
  expect(tags.get()).toEqual(own)
  sight.set({ ...found })
  await turns()
  expect(asked).toHaveLength(2)
})
