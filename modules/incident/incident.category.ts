/** 警情类别 (domain §3.2): code, Chinese name, default level. The code list is data with room for the bureau's own. */
export type Category = {
  readonly code: string
  readonly name: string
  readonly parent?: string
  readonly level: 1 | 2 | 3 | 4
  /** 非警务 — usually handed to 12345; a suggestion, never automatic. */
  readonly isDivertible?: true
}

export const categories: readonly Category[] = [
  { code: '10', name: '刑事类', level: 2 },
  { code: '1001', name: '绑架、非法拘禁', parent: '10', level: 1 },
  { code: '1002', name: '抢劫', parent: '10', level: 1 },
  { code: '1003', name: '入室盗窃', parent: '10', level: 1 },
  { code: '1004', name: '盗窃', parent: '10', level: 3 },
  { code: '1005', name: '电信网络诈骗', parent: '10', level: 2 },
  { code: '1006', name: '故意伤害', parent: '10', level: 1 },
  { code: '1007', name: '劫持车辆', parent: '10', level: 1 },
  { code: '1008', name: '传销控制', parent: '10', level: 1 },
  { code: '20', name: '治安类', level: 3 },
  { code: '2001', name: '殴打他人', parent: '20', level: 2 },
  { code: '2002', name: '家庭暴力', parent: '20', level: 1 },
  { code: '2003', name: '被跟踪、骚扰', parent: '20', level: 2 },
  { code: '2004', name: '赌博', parent: '20', level: 3 },
  { code: '2005', name: '噪声扰民', parent: '20', level: 4 },
  { code: '30', name: '道路交通类', level: 3 },
  { code: '3001', name: '伤人事故', parent: '30', level: 2 },
  { code: '3002', name: '财产损失事故', parent: '30', level: 3 },
  { code: '3003', name: '交通堵塞', parent: '30', level: 4 },
  { code: '40', name: '群体性事件', level: 1 },
  { code: '50', name: '灾害事故', level: 1 },
  { code: '5001', name: '火灾', parent: '50', level: 1 },
  { code: '5002', name: '爆炸、泄漏', parent: '50', level: 1 },
  { code: '5003', name: '自然灾害', parent: '50', level: 1 },
  { code: '60', name: '紧急求助', level: 2 },
  { code: '61', name: '人员走失', parent: '60', level: 2 },
  { code: '62', name: '溺水、坠楼、自杀', parent: '60', level: 1 },
  { code: '63', name: '公共设施险情', parent: '60', level: 2 },
  { code: '64', name: '孤立无援', parent: '60', level: 2 },
  { code: '70', name: '警务投诉', level: 3 },
  { code: '80', name: '纠纷', level: 3 },
  { code: '81', name: '医患纠纷', parent: '80', level: 3 },
  { code: '82', name: '邻里纠纷', parent: '80', level: 3 },
  { code: '83', name: '家庭成员纠纷', parent: '80', level: 3 },
  { code: '84', name: '婚恋纠纷', parent: '80', level: 3 },
  { code: '85', name: '劳资纠纷', parent: '80', level: 3 },
  { code: '86', name: '消费纠纷', parent: '80', level: 4 },
  { code: '89', name: '其他纠纷', parent: '80', level: 3 },
  { code: '88', name: '非紧急求助、咨询', level: 4, isDivertible: true },
  { code: '8801', name: '挪车', parent: '88', level: 4, isDivertible: true },
  { code: '8802', name: '开锁', parent: '88', level: 4, isDivertible: true },
  { code: '8803', name: '水电气暖', parent: '88', level: 4, isDivertible: true },
  { code: '8804', name: '物业、快递投诉', parent: '88', level: 4, isDivertible: true },
  { code: '8805', name: '施工扰民', parent: '88', level: 4, isDivertible: true },
  { code: '8806', name: '违章搭建', parent: '88', level: 4, isDivertible: true },
  { code: '8807', name: '政策咨询', parent: '88', level: 4, isDivertible: true },
  { code: '90', name: '举报线索', level: 3 },
  { code: '95', name: '境外求助', level: 2 },
  { code: '99', name: '无效警情', level: 4 },
  { code: '991', name: '误拨、测试', parent: '99', level: 4 },
  { code: '992', name: '重复', parent: '99', level: 4 },
  { code: '993', name: '骚扰', parent: '99', level: 4 },
  { code: '994', name: '谎报', parent: '99', level: 4 },
  { code: '995', name: '无法核实', parent: '99', level: 4 },
]

const byCode = new Map(categories.map((category) => [category.code, category]))

export function categoryOf(code: string): Category | undefined {
  return byCode.get(code)
}

/** The whole path for people: `刑事类 / 入室盗窃`. */
export function categoryPath(code: string): string {
  const own = byCode.get(code)
  if (!own) return code
  const parent = own.parent ? byCode.get(own.parent) : undefined
  return parent ? `${parent.name} / ${own.name}` : own.name
}
