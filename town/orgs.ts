/**
 * 机构 — the bureaus, stations and other bodies of the town. Divisions are GB/T 2260, points WGS-84.
 * Streets are real so that places can be found on a map; nothing here describes how a real bureau is organised.
 */
export type LngLat = { readonly lng: number; readonly lat: number }

export type TownOrg = {
  /** `lishui`, `lishui.wanxiang`, `12345.lishui`, `justice.lishui`. */
  readonly id: string
  readonly name: string
  readonly kind: 'police' | 'hotline' | 'justice'
  readonly level: 'province' | 'prefecture' | 'station'
  readonly parent?: string
  readonly division: string
  /** A bureau whose reports ring at a desk of its own. */
  readonly hasDesk: boolean
  readonly wgs84: LngLat
}

type Place = readonly [name: string, id: string, division: string, lng: number, lat: number]
export type City = {
  readonly desk: string
  /** `丽水`, as people say it; `丽水市公安局` is the bureau. */
  readonly name: string
  readonly province: string
  readonly division: string
  readonly centre: LngLat
  readonly stations: readonly Place[]
}

const city = (
  desk: string,
  name: string,
  province: string,
  division: string,
  lng: number,
  lat: number,
  stations: readonly Place[],
): City => ({ desk, name, province, division, centre: { lng, lat }, stations })

const provinces = [
  ['zhejiang', '浙江省公安厅', '330000', 120.153, 30.266],
  ['fujian', '福建省公安厅', '350000', 119.296, 26.076],
  ['henan', '河南省公安厅', '410000', 113.75, 34.766],
] as const

/** 城市 — every desk of the town, 浙江's eleven prefectures first, in the order of their codes. */
export const cities: readonly City[] = [
  city('hangzhou', '杭州', 'zhejiang', '330100', 120.162, 30.252, [
    ['湖滨派出所', 'hubin', '330102', 120.1607, 30.2513],
    ['文新派出所', 'wenxin', '330106', 120.0921, 30.2837],
    ['长河派出所', 'changhe', '330108', 120.1904, 30.1873],
    ['城厢派出所', 'chengxiang', '330109', 120.2655, 30.1629],
  ]),
  city('ningbo', '宁波', 'zhejiang', '330200', 121.549, 29.868, [
    ['月湖派出所', 'yuehu', '330203', 121.5352, 29.8674],
    ['庄桥派出所', 'zhuangqiao', '330205', 121.5486, 29.9312],
    ['白鹤派出所', 'baihe', '330212', 121.5838, 29.8631],
  ]),
  city('wenzhou', '温州', 'zhejiang', '330300', 120.657, 28.006, [
    ['五马派出所', 'wuma', '330302', 120.6537, 28.0142],
    ['状元派出所', 'zhuangyuan', '330303', 120.7624, 27.9726],
    ['娄桥派出所', 'louqiao', '330304', 120.6118, 27.9663],
  ]),
  city('jiaxing', '嘉兴', 'zhejiang', '330400', 120.752, 30.754, [
    ['新嘉派出所', 'xinjia', '330402', 120.7573, 30.7641],
    ['高照派出所', 'gaozhao', '330411', 120.6971, 30.7702],
    ['硖石派出所', 'xiashi', '330481', 120.6853, 30.5287],
  ]),
  city('huzhou', '湖州', 'zhejiang', '330500', 120.088, 30.868, [
    ['爱山派出所', 'aishan', '330502', 120.0917, 30.8649],
    ['南浔派出所', 'nanxun', '330503', 120.4215, 30.8741],
    ['递铺派出所', 'dipu', '330523', 119.6796, 30.6378],
  ]),
  city('shaoxing', '绍兴', 'zhejiang', '330600', 120.579, 29.998, [
    ['府山派出所', 'fushan', '330602', 120.5729, 30.0021],
    ['柯桥派出所', 'keqiao', '330603', 120.4886, 30.0818],
    ['百官派出所', 'baiguan', '330604', 120.8683, 30.0285],
    ['暨阳派出所', 'jiyang', '330681', 120.2396, 29.7133],
  ]),
  city('jinhua', '金华', 'zhejiang', '330700', 119.648, 29.083, [
    ['城东派出所', 'chengdong', '330702', 119.6581, 29.1034],
    ['多湖派出所', 'duohu', '330703', 119.6839, 29.0855],
    ['稠城派出所', 'choucheng', '330782', 120.0749, 29.3127],
  ]),
  city('quzhou', '衢州', 'zhejiang', '330800', 118.872, 28.958, [
    ['府山派出所', 'fushan', '330802', 118.8712, 28.9688],
    ['樟潭派出所', 'zhangtan', '330803', 118.9547, 28.9741],
    ['双塔派出所', 'shuangta', '330881', 118.6273, 28.7416],
  ]),
  city('zhoushan', '舟山', 'zhejiang', '330900', 122.108, 30.018, [
    ['昌国派出所', 'changguo', '330902', 122.1057, 30.0204],
    ['沈家门派出所', 'shenjiamen', '330903', 122.2981, 29.9487],
    ['高亭派出所', 'gaoting', '330921', 122.2013, 30.2486],
  ]),
  city('taizhou', '台州', 'zhejiang', '331000', 121.427, 28.661, [
    ['海门派出所', 'haimen', '331002', 121.4412, 28.6823],
    ['东城派出所', 'dongcheng', '331003', 121.2718, 28.6479],
    ['路桥派出所', 'luqiao', '331004', 121.3745, 28.5796],
  ]),
  city('lishui', '丽水', 'zhejiang', '331100', 119.921, 28.453, [
    ['万象派出所', 'wanxiang', '331102', 119.9149, 28.4513],
    ['紫金派出所', 'zijin', '331102', 119.9346, 28.4489],
    ['岩泉派出所', 'yanquan', '331102', 119.9287, 28.4762],
    ['鹤城派出所', 'hecheng', '331121', 120.2894, 28.1407],
    ['五云派出所', 'wuyun', '331122', 120.0887, 28.6585],
  ]),
  city('shanghai', '上海', 'shanghai', '310000', 121.473, 31.231, [
    ['外滩派出所', 'waitan', '310101', 121.4849, 31.2352],
    ['徐家汇派出所', 'xujiahui', '310104', 121.4352, 31.1931],
    ['陆家嘴派出所', 'lujiazui', '310115', 121.5071, 31.2357],
  ]),
  city('xiamen', '厦门', 'fujian', '350200', 118.091, 24.48, [
    ['中华派出所', 'zhonghua', '350203', 118.0798, 24.4571],
    ['殿前派出所', 'dianqian', '350206', 118.1093, 24.5214],
    ['集美派出所', 'jimei', '350211', 118.0972, 24.5739],
  ]),
  city('nanyang', '南阳', 'henan', '411300', 112.531, 32.996, [
    ['仲景派出所', 'zhongjing', '411302', 112.5523, 32.9917],
    ['梅溪派出所', 'meixi', '411303', 112.5264, 33.0012],
    ['白羽派出所', 'baiyu', '411323', 111.4806, 33.3044],
  ]),
]

const orgsOf = (c: City): TownOrg[] => [
  {
    id: c.desk,
    name: `${c.name}市公安局`,
    kind: 'police',
    level: c.desk === c.province ? 'province' : 'prefecture',
    ...(c.desk === c.province ? {} : { parent: c.province }),
    division: c.division,
    hasDesk: true,
    wgs84: c.centre,
  },
  ...c.stations.map(([name, id, division, lng, lat]): TownOrg => ({
    id: `${c.desk}.${id}`,
    name,
    kind: 'police',
    level: 'station',
    parent: c.desk,
    division,
    hasDesk: false,
    wgs84: { lng, lat },
  })),
  {
    id: `12345.${c.desk}`,
    name: `${c.name}12345政务服务便民热线`,
    kind: 'hotline',
    level: 'prefecture',
    division: c.division,
    hasDesk: false,
    wgs84: { lng: c.centre.lng + 0.006, lat: c.centre.lat + 0.004 },
  },
  {
    id: `justice.${c.desk}`,
    name: `${c.name}市司法局`,
    kind: 'justice',
    level: 'prefecture',
    division: c.division,
    hasDesk: false,
    wgs84: { lng: c.centre.lng - 0.005, lat: c.centre.lat + 0.003 },
  },
]

/** Parents come before their children. */
export const orgs: readonly TownOrg[] = [
  ...provinces.map(([id, name, division, lng, lat]): TownOrg => ({
    id,
    name,
    kind: 'police',
    level: 'province',
    division,
    hasDesk: false,
    wgs84: { lng, lat },
  })),
  ...cities.flatMap(orgsOf),
]

export function cityAt(desk: string): City | undefined {
  return cities.find((c) => c.desk === desk)
}
