import { expect, test } from 'vitest'
import { closings } from '@open110/modules/incident/close'
import { unitCommand } from '../Dispatch/slip.state.ts'
import { codeOf, holdOf, parse } from './command.state.ts'

test('[CS25] the step is read from the end of the line, so that a unit may have spaces in its name', () => {
  expect(unitCommand('城东-2 到达')).toEqual({ name: '城东-2', move: 'arrive' })
  expect(unitCommand('巡特警 三组 撤回')).toEqual({ name: '巡特警 三组', move: 'stand-down' })
  expect(unitCommand('城东-2')).toEqual({ name: '城东-2' })
  expect(unitCommand('到达')).toEqual({ name: '到达' })
})

test('[CS25] how long an incident is held stands anywhere in the line', () => {
  expect(holdOf('30分钟 待核实')).toEqual({ minutes: 30, reason: '待核实' })
  expect(holdOf('等对方回电 2小时')).toEqual({ minutes: 120, reason: '等对方回电' })
  expect(holdOf('待核实')).toEqual({ minutes: 30, reason: '待核实' })
})

test('[CS25] a reason of the code list is known by its name, and what follows is in words', () => {
  expect(codeOf('无法联系', closings)).toEqual({ code: 'unreachable', words: '' })
  expect(codeOf('重复 同一起事故', closings)).toEqual({ code: 'duplicate', words: '同一起事故' })
  expect(codeOf('已电话说清', closings)).toEqual({ words: '已电话说清' })
})

test('[CS5] 派, 催 and 去 are commands as well, with the slash that an input method makes', () => {
  expect(parse('、派 城东-2')).toEqual({ is: 'command', name: 'unit', argument: '城东-2' })
  expect(parse('/催')).toEqual({ is: 'command', name: 'urge', argument: '' })
  expect(parse('/去 未闭环')).toEqual({ is: 'command', name: 'go', argument: '未闭环' })
})
