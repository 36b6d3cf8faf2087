/** 演示接警台 — the desks of the demo bureaus and the ground each answers for, by leading digits of the code. */
export const demoDesks = [
  { id: 'hangzhou', name: '杭州市公安局110', codes: '3301' },
  { id: 'ningbo', name: '宁波市公安局110', codes: '3302' },
  { id: 'wenzhou', name: '温州市公安局110', codes: '3303' },
  { id: 'jiaxing', name: '嘉兴市公安局110', codes: '3304' },
  { id: 'huzhou', name: '湖州市公安局110', codes: '3305' },
  { id: 'shaoxing', name: '绍兴市公安局110', codes: '3306' },
  { id: 'jinhua', name: '金华市公安局110', codes: '3307' },
  { id: 'quzhou', name: '衢州市公安局110', codes: '3308' },
  { id: 'zhoushan', name: '舟山市公安局110', codes: '3309' },
  { id: 'taizhou', name: '台州市公安局110', codes: '3310' },
  { id: 'lishui', name: '丽水市公安局110', codes: '3311' },
  { id: 'shanghai', name: '上海市公安局110', codes: '31' },
  { id: 'xiamen', name: '厦门市公安局110', codes: '3502' },
  { id: 'nanyang', name: '南阳市公安局110', codes: '4113' },
] as const

/** The desk that answers for a county; undefined outside the demo bureaus. */
export function demoDeskOf(countyCode: string): string | undefined {
  return demoDesks.find(({ codes }) => countyCode.startsWith(codes))?.id
}
