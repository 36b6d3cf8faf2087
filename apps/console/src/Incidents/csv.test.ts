import { expect, test } from 'vitest'
import { csvOf } from './csv.state.ts'

test('[CS15] a cell that begins like a formula is made plain, and separators are quoted', () => {
  const text = csvOf([
    ['接警单号', '内容'],
    [7, '=HYPERLINK("http://x")'],
    ['+86', '一,二\n三'],
  ])
  expect(text).toBe('\uFEFF接警单号,内容\r\n7,"\'=HYPERLINK(""http://x"")"\r\n\'+86,"一,二\n三"\r\n')
})
