import type { Role } from '@open110/modules/staff'
import { chanceOf, nameOf } from './names.ts'
import { cities, type City } from './orgs.ts'

/** 工作人员 — the demo accounts of every desk. All share one password, which works only while the demo flag is on. */
export type TownStaff = {
  /** `zhaomin@lishui`; units sign in as `unit-1@lishui`. */
  readonly account: string
  readonly name: string
  /** 警号; bodies other than the police have none. */
  readonly badge?: string
  readonly roles: readonly Role[]
  readonly org: string
  /** The account is also the key of its unit in `units`. */
  readonly isUnit: boolean
}

export const demoPassword = 'open110-demo'

/** Fourteen people cannot all be called 赵敏: one sound, many characters. */
const zhaomin: Readonly<Record<string, string>> = {
  lishui: '赵敏',
  shaoxing: '赵敏',
  hangzhou: '赵旻',
  ningbo: '赵岷',
  wenzhou: '赵珉',
  jiaxing: '赵民',
  huzhou: '赵闵',
  jinhua: '赵泯',
  quzhou: '赵旼',
  zhoushan: '赵敏',
  taizhou: '赵民',
  shanghai: '赵旻',
  xiamen: '赵闽',
  nanyang: '赵珉',
}
const wangtao = ['王涛', '汪涛', '王韬', '王滔', '汪韬', '王焘']

const staffOf = (city: City, cityIndex: number): TownStaff[] => {
  const chance = chanceOf(`staff of ${city.desk}`)
  const badge = (row: number) => `${11 + cityIndex}${String(4107 + row * 37).padStart(4, '0')}`
  const police = (row: number, account: string, name: string, roles: readonly Role[]): TownStaff => ({
    account: `${account}@${city.desk}`,
    name,
    badge: badge(row),
    roles,
    org: city.desk,
    isUnit: roles.includes('unit'),
  })
  return [
    police(1, 'zhaomin', zhaomin[city.desk] ?? '赵敏', ['call-taker']),
    police(2, 'wangtao', wangtao[cityIndex % wangtao.length] ?? '王涛', ['call-taker']),
    police(3, 'officer', nameOf(chance), ['dispatcher', 'supervisor']),
    ...[1, 2, 3, 4].map((n) => police(3 + n, `unit-${n}`, nameOf(chance), ['unit'])),
    police(8, 'admin', nameOf(chance), ['admin']),
    ...['agency-1', 'volunteer-1', 'grid-1'].map((account): TownStaff => ({
      account: `${account}@${city.desk}`,
      name: nameOf(chanceOf(`${account} of ${city.desk}`)),
      roles: ['unit'],
      org: city.desk,
      isUnit: true,
    })),
    {
      account: `operator@12345.${city.desk}`,
      name: nameOf(chance),
      roles: ['operator'],
      org: `12345.${city.desk}`,
      isUnit: false,
    },
    {
      account: `mediator@${city.desk}`,
      name: nameOf(chance),
      roles: ['mediator'],
      org: `justice.${city.desk}`,
      isUnit: false,
    },
  ]
}

export const staff: readonly TownStaff[] = cities.flatMap(staffOf)

export function staffAt(account: string): TownStaff | undefined {
  return staff.find((person) => person.account === account)
}
