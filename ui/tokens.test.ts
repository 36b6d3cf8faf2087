import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { agePart, ageClock } from './age.ts'

const sheet = readFileSync(new URL('tokens.css', import.meta.url), 'utf8')

const variablesOf = (selector: string): Map<string, string> => {
  const from = sheet.indexOf(`${selector} {`)
  const block = sheet.slice(from, sheet.indexOf('}', from))
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [found[1]!, found[2]!]))
}
const light = variablesOf(':root')
const dark = new Map([...light, ...variablesOf(":root[data-theme='dark']")])

/** Every pair of words and ground that a page may draw. */
const grounds = ['ground', 'surface', 'surface-2'] as const
const onGrounds = [
  'ink',
  'ink-2',
  'brand',
  'danger',
  'warn',
  'good',
  'p1',
  'p2',
  'p3',
  'p4',
  'p5',
  'drill',
  'replay',
] as const
const textPairs: (readonly [words: string, ground: string])[] = [
  ...onGrounds.flatMap((words) => grounds.map((ground) => [words, ground] as const)),
  ['brand-ink', 'brand'],
  ['danger-ink', 'danger'],
  ['brand', 'brand-soft'],
  ['danger', 'danger-soft'],
  ['warn', 'warn-soft'],
  ['good', 'good-soft'],
  ['ink', 'brand-soft'],
  ['ink', 'danger-soft'],
  ['ink', 'warn-soft'],
  ['ink', 'good-soft'],
  ['ink-2', 'brand-soft'],
]
/** What is not words but must be told apart: frames of controls and the focus ring (WCAG 1.4.11). */
const framePairs = [
  ...grounds.map((ground) => ['line-strong', ground] as const),
  ...grounds.map((ground) => ['focus', ground] as const),
]

const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (one: string, other: string): number => {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}
const tooWeak = (theme: Map<string, string>, pairs: readonly (readonly [string, string])[], least: number) =>
  pairs
    .map(([words, ground]) => ({
      pair: `${words} on ${ground}`,
      ratio: contrast(theme.get(words) ?? '#000000', theme.get(ground) ?? '#000000'),
    }))
    .filter(({ ratio }) => ratio < least)
    .map(({ pair, ratio }) => `${pair} ${ratio.toFixed(2)}`)

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_, theme) => {
  test('words hold 4.5 : 1 on every ground they are drawn on', () =>
    expect(tooWeak(theme, textPairs, 4.5)).toEqual([]))
  test('frames and focus hold 3 : 1', () => expect(tooWeak(theme, framePairs, 3)).toEqual([]))
})

test('the measure itself: black on white is 21, a colour on itself is 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#14508c', '#14508c')).toBe(1)
})

test('an age runs as a clock and is spoken in one figure', () => {
  expect([0, 18, 724, 3753].map(ageClock)).toEqual(['0:00', '0:18', '12:04', '1:02:33'])
  expect(agePart(59)).toEqual({ count: 59, unit: 'seconds' })
  expect(agePart(3_599)).toEqual({ count: 59, unit: 'minutes' })
  expect(agePart(90_000)).toEqual({ count: 1, unit: 'days' })
  expect(agePart(-3)).toEqual({ count: 0, unit: 'seconds' })
})
