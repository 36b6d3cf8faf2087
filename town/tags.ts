import type { TagPolicy } from '@open110/modules/report/tags'

/** 本局标签 — what a mountain prefecture with boarding schools adds to the eight. */
export const demoTags: readonly (TagPolicy & { readonly desk: string })[] = [
  {
    desk: 'lishui',
    version: 1,
    own: [
      {
        tag: '校园欺凌',
        level: 2,
        category: '2001',
        icon: 'child',
        send: '先派辖区派出所与校园警务站,到场前不联系学校广播找人',
        tell: '能走到人多的地方就走过去,不用回话。',
      },
      {
        tag: '山里被困',
        level: 2,
        category: '64',
        icon: 'mountain',
        send: '先派就近派出所并通知救援队,以最新定位为准',
        tell: '留在原地,少用手机,省电。',
      },
    ],
  },
]
