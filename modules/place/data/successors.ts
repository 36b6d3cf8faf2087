/**
 * 区划沿革 — codes of the demo outlines (about 2017) that are gone or no longer mean the whole of what they
 * meant. A report keeps the code of the outline that answered; this table says who holds the ground now.
 * `since` is the month of the decision: 浙江省人民政府《关于调整杭州市部分行政区划的通知》(2021-03-11) and the
 * State Council's earlier ones. 静安 and 浦东 in 上海, 厦门 and 南阳 have had no such change since 2017.
 */
export interface Succession {
  readonly code: string
  readonly name: string
  readonly since: string
  /** Is the old code no longer in the list of GB/T 2260? */
  readonly isRetired: boolean
  /** Who holds the ground now; the first holds the most of it. */
  readonly successors: readonly string[]
  readonly note: string
}

export const successions: readonly Succession[] = [
  {
    code: '330102',
    name: '上城区',
    since: '2021-03',
    isRetired: false,
    successors: ['330102'],
    note: '并入原江干区大部',
  },
  {
    code: '330103',
    name: '下城区',
    since: '2021-03',
    isRetired: true,
    successors: ['330105'],
    note: '并入拱墅区',
  },
  {
    code: '330104',
    name: '江干区',
    since: '2021-03',
    isRetired: true,
    successors: ['330102', '330114'],
    note: '并入上城区;下沙、白杨街道归钱塘区',
  },
  {
    code: '330105',
    name: '拱墅区',
    since: '2021-03',
    isRetired: false,
    successors: ['330105'],
    note: '并入原下城区',
  },
  {
    code: '330109',
    name: '萧山区',
    since: '2021-03',
    isRetired: false,
    successors: ['330109', '330114'],
    note: '河庄、义蓬、新湾、临江、前进街道归钱塘区',
  },
  {
    code: '330110',
    name: '余杭区',
    since: '2021-03',
    isRetired: false,
    successors: ['330110', '330113'],
    note: '临平、东湖、南苑、星桥、运河、乔司、崇贤街道和塘栖镇归临平区',
  },
  {
    code: '330185',
    name: '临安市',
    since: '2017-07',
    isRetired: true,
    successors: ['330112'],
    note: '撤市设区',
  },
  {
    code: '330204',
    name: '江东区',
    since: '2016-09',
    isRetired: true,
    successors: ['330212'],
    note: '并入鄞州区',
  },
  {
    code: '330283',
    name: '奉化区',
    since: '2016-09',
    isRetired: true,
    successors: ['330213'],
    note: '撤市设区,轮廓沿用旧码',
  },
  {
    code: '330327',
    name: '苍南县',
    since: '2019-08',
    isRetired: false,
    successors: ['330327', '330383'],
    note: '龙港镇设为龙港市',
  },
  {
    code: '331021',
    name: '玉环县',
    since: '2017-04',
    isRetired: true,
    successors: ['331083'],
    note: '撤县设市',
  },
]
