import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { SeenItem } from '@open110/core/item'
import { speak } from '@open110/core/words/citizen'
import { reportStates } from '@open110/modules/report'
import { PhoneContext } from '../app/hooks.ts'
import type { Phone } from '../app/phone.ts'
import { PinPad } from './PinPad.tsx'
import { Pins } from './Pins.tsx'
import { Withdraw } from './Withdraw.tsx'
import { mayAsk, maySend, pinsWrong, pressed } from './withdraw.state.ts'

const phone = { say: speak('zh-CN') } as unknown as Phone
const drawn = (page: React.ReactNode) =>
  renderToStaticMarkup(<PhoneContext value={phone}>{page}</PhoneContext>)
const asked = (body: object, shows: string) =>
  ({ id: 'w', of: 'rp_a', shows, parcel: { kind: 'withdrawal', body } }) as unknown as SeenItem

test('[CI40] what follows is the same page whatever was typed, on its way, there, or refused', () => {
  const page = (item: SeenItem) => drawn(<Withdraw of="rp_a" items={[item]} isQuiet />)
  const all = [
    asked({ pin: '1234' }, 'queued'),
    asked({ pin: '999999' }, 'sending'),
    asked({}, 'unknown'),
    asked({ pin: '0000' }, 'ask'),
    asked({}, 'delivered'),
    asked({ pin: '1' }, 'refused'),
  ].map(page)
  expect(new Set(all).size).toBe(1)
  expect(all[0]).toContain('已提出撤回')
  expect(all[0]).not.toMatch(/密码|成功|胁迫|role="(status|alert)"|aria-live/)
})

test('[CI40] it may be asked while the report is worked on', () => {
  expect(reportStates.filter(mayAsk)).toEqual([
    'delivered',
    'received',
    'verifying',
    'accepted',
    'merged',
    'handling',
  ])
  expect(mayAsk(undefined)).toBe(false)
})

test('[CI41] a PIN is typed by buttons of the page: four to six figures, or nothing for whoever has none', () => {
  const typed = ['1', '2', '3', '4', '5', '6', '7', 'x'].reduce(pressed, '')
  expect(typed).toBe('123456')
  expect(pressed(typed, 'back')).toBe('12345')
  expect(pressed('', 'back')).toBe('')
  expect(['', '1', '123', '1234', '123456'].map(maySend)).toEqual([true, false, false, true, true])
  const pad = drawn(<PinPad count={3} onPress={() => {}} />)
  expect(pad).not.toMatch(/<input|<textarea|contenteditable/)
  expect(pad.match(/data-typed/g)).toHaveLength(3)
  // A pad with three figures typed and one with none take the same room.
  expect(drawn(<PinPad count={0} onPress={() => {}} />).match(/<i /g)).toHaveLength(6)
})

test('[CI41] the fields for new PINs are nothing that a browser keeps, and two alike or too short are not sent', () => {
  const form = drawn(<Pins />)
  expect(form).not.toMatch(/type="password"|autoComplete="(?!off)|new-password|current-password| name="/)
  expect(form).toContain('胁迫密码')
  expect(pinsWrong('123', '4567')).toBe('four')
  expect(pinsWrong('1234', '12a4')).toBe('four')
  expect(pinsWrong('1234567', '1234')).toBe('four')
  expect(pinsWrong('1234', '1234')).toBe('same')
  expect(pinsWrong('1234', '4321')).toBeUndefined()
})
