import { expect, test } from 'vitest'
import { common } from '@open110/core/words/zh/common'
import { silent, silentDesk } from '@open110/core/words/zh/silent'
import { silentTags } from '@open110/modules/report'
import { tagIcons, usualTags } from '@open110/modules/report/tags'
import { buttonsOf } from './tags.state.ts'

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
