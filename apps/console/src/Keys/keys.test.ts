import { expect, test } from 'vitest'
import { openBus } from './bus.ts'
import { hear, keyTable, type Stroke } from './keys.state.ts'

const stroke = (code: string, more: Partial<Stroke> = {}): Stroke => ({
  code,
  ctrl: false,
  shift: false,
  alt: false,
  isComposing: false,
  where: 'free',
  ...more,
})

test('[CS4] letters act on the page and do nothing in a text field', () => {
  expect(hear(stroke('KeyA'), false).act).toBe('answer')
  expect(hear(stroke('KeyA', { where: 'text' }), false).act).toBeUndefined()
  expect(hear(stroke('Digit2'), false).act).toBe('level-2')
  expect(hear(stroke('Digit2', { where: 'text' }), false).act).toBeUndefined()
  expect(hear(stroke('KeyA', { ctrl: true }), false).act).toBeUndefined() // select all stays the browser's
})

test('[CS4] nothing fires while an input method composes', () => {
  for (const key of keyTable) {
    const pressed = stroke(key.code, {
      ctrl: key.ctrl ?? false,
      shift: key.shift ?? false,
      isComposing: true,
    })
    expect(hear(pressed, key.chord ?? false)).toEqual({ chord: false })
  }
})

test('[CS4] the command line opens from anywhere with Ctrl+K, with the slash outside fields', () => {
  expect(hear(stroke('KeyK', { ctrl: true, where: 'text' }), false).act).toBe('command')
  expect(hear(stroke('Slash'), false).act).toBe('command')
  expect(hear(stroke('Slash', { where: 'text' }), false).act).toBeUndefined()
  expect(hear(stroke('Slash', { shift: true }), false).act).toBe('help')
})

test('[CS4] G then M, D or U goes there; G alone does nothing', () => {
  expect(hear(stroke('KeyG'), false)).toEqual({ chord: true })
  expect(hear(stroke('KeyM'), true).act).toBe('go-map')
  expect(hear(stroke('KeyU'), true).act).toBe('go-units')
  expect(hear(stroke('KeyM'), false).act).toBeUndefined()
  expect(hear(stroke('KeyA'), true).act).toBeUndefined()
  expect(hear(stroke('KeyG', { where: 'text' }), false).chord).toBe(false)
})

test('[CS4] Enter on a button presses the button; in the list it opens', () => {
  expect(hear(stroke('Enter', { where: 'control' }), false).act).toBeUndefined()
  expect(hear(stroke('Enter', { where: 'queue' }), false).act).toBe('open')
  expect(hear(stroke('Enter', { ctrl: true, where: 'text' }), false).act).toBe('submit')
  expect(hear(stroke('F3', { where: 'text' }), false).act).toBe('phrase-3')
})

test('[CS4] the newest listener answers, and an unowned wish is unheard', () => {
  const bus = openBus()
  const heard: string[] = []
  const stop = bus.on('answer', () => void heard.push('page'))
  const stopPanel = bus.on('answer', () => void heard.push('panel'))
  void bus.send('answer')
  stopPanel()
  void bus.send('answer')
  stop()
  expect(heard).toEqual(['panel', 'page'])
  expect(bus.send('answer')).toBe('unheard')
})
