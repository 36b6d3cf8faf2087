import { expect, test } from 'vitest'
import { completions, parse, recall, remember, type History } from './command.state.ts'

test('[CS5] a command is its name and the rest of the line', () => {
  expect(parse('/lv 2')).toEqual({ is: 'command', name: 'lv', argument: '2' })
  expect(parse('/close  报警人 已离开 ')).toEqual({ is: 'command', name: 'close', argument: '报警人 已离开' })
  expect(parse('accept')).toEqual({ is: 'command', name: 'accept', argument: '' })
  expect(parse('/')).toEqual({ is: 'empty' })
  expect(parse('/飞')).toEqual({ is: 'unknown', word: '飞' })
  expect(parse('/close')).toEqual({ is: 'incomplete', name: 'close' })
})

test('[CS5] what a Chinese input method makes of the slash and the blank is understood', () => {
  expect(parse('、派警 城东-2')).toEqual({ is: 'command', name: 'unit', argument: '城东-2' })
  expect(parse('／类别　入室')).toEqual({ is: 'command', name: 'type', argument: '入室' })
})

test('[CS5] Tab completes names and arguments', () => {
  expect(completions('/ty', {}).map((choice) => choice.value)).toEqual(['/type '])
  expect(completions('/办', {}).map((choice) => choice.value)).toEqual(['/close '])
  const vocabulary = {
    unit: [
      { value: '城东-2', label: '城东-2 待命' },
      { value: '城西-1', label: '城西-1 途中' },
    ],
  }
  expect(completions('/unit 东', vocabulary)).toEqual([{ value: '/unit 城东-2', label: '城东-2 待命' }])
  expect(completions('/nothing x', vocabulary)).toEqual([])
})

test('[CS5] the arrows walk back through what was typed, and forward to the empty line', () => {
  let history: History = { lines: [], at: 0 }
  history = remember(remember(remember(history, '/lv 1'), '/accept'), '/lv 1')
  expect(history.lines).toEqual(['/accept', '/lv 1'])
  const once = recall(history, 1)
  expect(once.line).toBe('/lv 1')
  const twice = recall(once.history, 1)
  expect(twice.line).toBe('/accept')
  expect(recall(twice.history, 1).line).toBe('/accept')
  expect(recall(recall(twice.history, -1).history, -1).line).toBe('')
})
