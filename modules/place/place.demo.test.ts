import { expect, test } from 'vitest'
import { demoDeskOf, demoDesks } from './data/demo-desks.ts'
import { demoSeats } from './data/demo-stations.ts'
import { successions } from './data/successors.ts'
import { drawDemoMap, readDemoOutlines } from './place.demo.server.ts'
import { countiesOf, divisionByCode, pathOf, successionOf } from './place.divisions.server.ts'
import { resolve } from './place.resolve.ts'

const outlines = readDemoOutlines()

test('[PL21] every county has one desk and every desk has ground', () => {
  for (const { code } of outlines) {
    expect(demoDesks.filter(({ codes }) => code.startsWith(codes))).toHaveLength(1)
  }
  expect(new Set(outlines.map(({ desk }) => desk))).toEqual(new Set(demoDesks.map(({ id }) => id)))
  expect(demoDeskOf('331102')).toBe('lishui')
  expect(demoDeskOf('110101')).toBeUndefined()
})

test('[PL21] every station sits in its county; 丽水, 绍兴, 杭州, 厦门 and 南阳 have three or more in each', () => {
  const map = drawDemoMap(outlines)
  for (const seat of demoSeats) {
    expect(resolve(map, seat), seat.name).toMatchObject({
      how: 'inside',
      division: { code: seat.county },
      station: { code: seat.code, name: seat.name },
    })
  }
  for (const { code } of outlines.filter((one) => /^(3311|3306|3301|3502|4113)/.test(one.code))) {
    expect(demoSeats.filter(({ county }) => county === code).length, code).toBeGreaterThanOrEqual(3)
  }
})

test('[PL22] each outline is in force or names successors that are', () => {
  for (const { code, name } of outlines) {
    const isInForce = countiesOf(`${code.slice(0, 2)}0000`).includes(code)
    const succession = successionOf(code)
    expect(succession?.isRetired ?? false, code).toBe(!isInForce)
    expect(divisionByCode(code)?.name).toBe(name)
  }
  for (const { successors } of successions) {
    for (const code of successors) expect(successionOf(code)?.isRetired ?? false, code).toBe(false)
    for (const code of successors) expect(countiesOf('330000')).toContain(code)
  }
})

test('[PL22] a code leads up to its province', () => {
  expect(pathOf('331102').map(({ name }) => name)).toEqual(['浙江省', '丽水市', '莲都区'])
  expect(pathOf('330104').map(({ name }) => name)).toEqual(['浙江省', '杭州市', '江干区'])
  expect(pathOf('429004').map(({ name }) => name)).toEqual(['湖北省', '仙桃市'])
  expect(pathOf('999999')).toEqual([])
})
