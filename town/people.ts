import type { Need } from '@open110/modules/person'
import type { LngLat } from './orgs.ts'

export { demoPassword, staff, staffAt, type TownStaff } from './staff.ts'

/** 镇上的人 — the reporters that tests, stories and the demo call by name. Phones are from a range given to nobody here. */
export type Person = {
  readonly name: string
  /** Who they are, in one line. */
  readonly who: string
  readonly phone: string
  readonly language: string
  readonly needs: readonly Need[]
  readonly desk: string
  readonly division: string
  /** Where they live, or stay tonight. WGS-84. */
  readonly home: LngLat
  readonly homeWords: string
  /** What they are most likely to write. */
  readonly says: string
}

const person = (
  name: string,
  who: string,
  phone: string,
  [desk, division, lng, lat]: readonly [string, string, number, number],
  homeWords: string,
  says: string,
  more: { needs?: readonly Need[]; language?: string } = {},
): Person => ({
  name,
  who,
  phone,
  language: more.language ?? 'zh-CN',
  needs: more.needs ?? [],
  desk,
  division,
  home: { lng, lat },
  homeWords,
  says,
})

export const people = [
  person(
    '林秋',
    '言障,独居,在家做绣品',
    '19900000001',
    ['lishui', '331102', 119.9231, 28.4538],
    '莲都区中山街囿山路16号3楼',
    '有人在撬我家的门,我不能说话',
    { needs: ['mute'] },
  ),
  person(
    '陈国强',
    '柯桥轻纺城送布的电动三轮车司机',
    '19900000002',
    ['shaoxing', '330603', 120.4921, 30.0782],
    '柯桥区柯北大道笛扬路口',
    '电动车和小车撞了,有人腿动不了',
  ),
  person(
    '王桂芳',
    '七十六岁,耳背,老伴常走失',
    '19900000003',
    ['lishui', '331102', 119.9158, 28.4561],
    '莲都区万象街道大众街小区5幢',
    '我家老头子早上出去买菜到现在没回来',
    { needs: ['deaf', 'elder'] },
  ),
  person(
    'Marco Bianchi',
    'turista italiano, in viaggio da solo',
    '+393900000004',
    ['hangzhou', '330102', 120.1571, 30.2489],
    '上城区湖滨路一家旅馆',
    'Mi hanno rubato lo zaino con il passaporto vicino al lago',
    { language: 'it' },
  ),
  person(
    '李想',
    '在妙瓦底,被关在园区里,户籍丽水',
    '19900000005',
    ['lishui', '331102', 98.5203, 16.6861],
    '境外,园区二楼宿舍',
    '我被关在里面出不去,不要打电话',
  ),
  person(
    '周晓燕',
    '饭店服务员,被前夫跟踪',
    '19900000006',
    ['shaoxing', '330602', 120.5812, 29.9986],
    '越城区解放路鲁迅故里旁',
    '他又在店门口等我,我不敢出去',
  ),
  person(
    '吴海波',
    '沈家门的渔民',
    '19900000007',
    ['zhoushan', '330903', 122.2954, 29.9453],
    '普陀区沈家门渔港',
    '船舱进水了,船上四个人',
  ),
  person(
    '沈佳宁',
    '高三学生,不敢让父母知道',
    '19900000008',
    ['jiaxing', '330402', 120.7548, 30.7579],
    '南湖区中山路一小区',
    '同学站在教学楼顶上不肯下来',
    { needs: ['child'] },
  ),
  person(
    '叶素琴',
    '视障按摩师,用读屏',
    '19900000009',
    ['wenzhou', '330302', 120.6592, 28.0117],
    '鹿城区五马街一家盲人按摩店',
    '有客人不给钱还推我',
    { needs: ['blind'] },
  ),
  person(
    '张建军',
    '夜班出租车司机',
    '19900000010',
    ['ningbo', '330203', 121.5433, 29.8716],
    '海曙区中山西路',
    '车上乘客拿刀逼我往慈溪开',
  ),
  person(
    '俞梦洁',
    '刚被骗走八万六的会计',
    '19900000011',
    ['shaoxing', '330681', 120.2411, 29.7165],
    '诸暨市暨阳街道一写字楼',
    '冒充老板让我转了86000元,刚转出去',
  ),
  person(
    '金志强',
    '小区保安,常替邻居报警',
    '19900000012',
    ['jinhua', '330702', 119.6512, 29.0871],
    '婺城区江南一小区门岗',
    '三单元有人打架,拿着酒瓶',
  ),
  person(
    '胡永康',
    '坐轮椅,住在水边',
    '19900000013',
    ['quzhou', '330802', 118.8736, 28.9612],
    '柯城区水亭门附近',
    '有人掉进信安江了',
    { needs: ['wheelchair'] },
  ),
  person(
    'Ahmed Al-Masri',
    'تاجر في سوق ييوو',
    '+20100000014',
    ['jinhua', '330782', 120.0982, 29.3306],
    '义乌市国际商贸城二区',
    'سرقوا حقيبتي وفيها جواز السفر والنقود',
    { language: 'ar' },
  ),
  person(
    'Emma Clarke',
    'exchange student who was followed home',
    '+447700900015',
    ['shanghai', '310104', 121.4339, 31.1968],
    '徐汇区华山路交通大学旁',
    'A man has been following me since the metro',
    { language: 'en' },
  ),
  person(
    '党立新',
    '南阳农民,儿子在境外失联',
    '19900000016',
    ['nanyang', '411303', 112.5281, 32.9993],
    '卧龙区七一路一家属院',
    '我儿子说出去打工,现在只能发消息求救',
  ),
  person(
    '黄雨桐',
    '鼓浪屿民宿老板',
    '19900000017',
    ['xiamen', '350203', 118.0664, 24.4478],
    '思明区鼓浪屿龙头路',
    '有游客喝多了躺在礁石上,潮水上来了',
  ),
] as const satisfies readonly Person[]

export function personCalled(name: string): Person {
  const found = people.find((one) => one.name === name)
  if (!found) throw new RangeError(`nobody in the town is called ${name}`)
  return found
}
