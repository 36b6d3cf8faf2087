import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { speak } from '@open110/core/words/citizen'
import type { Message } from '@open110/modules/report'
import { PhoneContext } from '../app/hooks.ts'
import type { Phone } from '../app/phone.ts'
import { Talk } from './Talk.tsx'

const at = '2026-11-21T19:11:00.000Z'
const phone = { say: speak('zh-CN'), language: 'zh-CN', now: () => at } as unknown as Phone
const message = (seq: number, words: string, more: Partial<Message> = {}) =>
  ({ id: `ms_${seq}`, seq, at, from: 'desk', kind: 'words', words, ...more }) as unknown as Message

const drawn = (messages: readonly Message[], isQuiet = false) =>
  renderToStaticMarkup(
    <PhoneContext value={phone}>
      <Talk of="rp_a" messages={messages} items={[]} isQuiet={isQuiet} />
    </PhoneContext>,
  )

test('[CI23] a quiet message is read in its dialogue, and no voice speaks it by itself', () => {
  const open = drawn([message(1, '民警在路上')])
  expect(open).toContain('aria-live="polite"')
  const hushed = drawn([message(1, '民警在路上'), message(2, '有一条更新,方便时再看。', { quiet: true })])
  expect(hushed).toContain('有一条更新')
  expect(hushed).not.toMatch(/role="(status|alert|log)"|aria-live="(polite|assertive)"/)
  // Not for that one message alone: the next one would be spoken beside whoever must not hear it.
  const later = drawn([message(2, '有一条更新', { quiet: true }), message(3, '请待在原处')])
  expect(later).not.toMatch(/aria-live="(polite|assertive)"/)
})

test('[CI43, CI44] on a quiet page the field teaches the phone nothing, and the desk’s own words are answered by a tap', () => {
  const asked = [message(1, '屋里还有别人吗')]
  const quiet = drawn(asked, true)
  expect(quiet).toMatch(/<textarea[^>]*autoComplete="off"/i)
  for (const off of ['autocorrect="off"', 'autocapitalize="off"', 'spellcheck="false"'])
    expect(quiet.toLowerCase()).toContain(off)
  for (const word of ['是', '否', '现在不方便']) expect(quiet).toContain(`>${word}</button>`)
  expect(drawn(asked)).not.toContain('现在不方便')
  const question = drawn([message(1, '', { kind: 'question', question: 'hurt' })], true)
  expect(question).toContain('现在不方便')
  expect(question).not.toContain('>否</button>')
})

const source = join(import.meta.dirname, '..')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }))

test('[CI23] nothing on these pages can sound, vibrate, notify or set a badge, and the title knows no message', () => {
  const loud =
    /\.vibrate\(|new Audio\b|AudioContext|speechSynthesis|new Notification\b|showNotification|pushManager|setAppBadge/
  expect(files.filter(({ text }) => loud.test(text)).map(({ file }) => file)).toEqual([])
  const titles = files.flatMap(({ text }) => text.match(/document\.title = .*/g) ?? [])
  expect(titles).toEqual(["document.title = say(isHushed ? 'title.neutral' : 'title.site')"])
})
