import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Cti, TextGateway } from '@open110/modules/channel/server'
import type { Sms } from '@open110/modules/person/server'
import { inward, outgoing } from './contact.ports.ts'
import { permit, permitQuiet, permitCode, ways, type ContactHandedOver, type Permit } from './contact.ts'

const modules = fileURLToPath(new URL('..', import.meta.url))
const sources = readdirSync(modules, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('.contract.ts'))
  .map((path) => ({ path, text: readFileSync(`${modules}/${path}`, 'utf8') }))
const listed = Object.entries(outgoing).flatMap(([way, ports]) => ports.map((port) => ({ way, port })))

test('[RE3] every way is on the list, and every listed port takes a permit of its way', () => {
  expect(Object.keys(outgoing).toSorted()).toEqual([...ways, 'code', 'receipt'].toSorted())
  for (const { way, port } of listed) {
    const [path, name] = port.split(' ')
    const { text } = sources.find((source) => source.path === path)!
    const from = text.search(new RegExp(`\\b${name}\\b[^]{0,200}Permit<`))
    expect(from, port).toBeGreaterThan(-1)
    expect(text.slice(from).match(/Permit<([^>]*)>/)![1], port).toContain(`'${way}'`)
  }
})

test('[RE3] what a port can do goes out with a permit or does not go out; what takes a permit is on the list', () => {
  const strays: string[] = []
  for (const { path, text } of sources) {
    const isListed = listed.some(({ port }) => port.startsWith(`${path} `))
    // The module that makes them, and what only hands one on.
    const takes = /\b_?permit: Permit</.test(text)
    if (takes && !isListed && !path.startsWith('contact/')) strays.push(`${path} takes a permit`)
    if (!path.endsWith('.port.ts')) continue
    for (const [, name] of text.matchAll(/^ {2}(\w+)\(/gm)) {
      const isInward = (inward as readonly string[]).includes(name!)
      if (!isInward && !listed.some(({ port }) => port === `${path} ${name}`)) strays.push(`${path} ${name}`)
    }
  }
  // Who calls and writes for a reporter; what records, views or copies is behind these ports and reaches nobody.
  expect(
    strays.filter((stray) =>
      /^(channel|person|thread|followup|report|contact|incident|dispatch)\//.test(stray),
    ),
  ).toEqual([])
})

/** Compiled with everything else: each line below is an error, or the check of types fails. */
export async function doesNotCompile(given: { cti: Cti; gateway: TextGateway; sms: Sms; now: string }) {
  const { cti, gateway, sms, now } = given
  const seat = { desk: 'lishui', seat: 3 }
  const text = { from: '12110578', to: '13900139000', pieces: ['请开门'] }
  const asked = permit({ mode: 'silent' }, 'call', now)
  // @ts-expect-error nobody is rung without a permit
  await cti.dial('13900139000', seat)
  // @ts-expect-error a refusal is no permit
  await cti.dial(asked, '13900139000', seat)
  // @ts-expect-error a permit of another way is none
  await cti.dial(permitQuiet(), '13900139000', seat)
  // @ts-expect-error nor is one that was made by hand
  await cti.dial({ override: undefined }, '13900139000', seat)
  // @ts-expect-error nobody is written to without a permit
  await gateway.send(text)
  // @ts-expect-error the code that somebody asked for lets out nothing else
  await gateway.send(permitCode(), text)
  // @ts-expect-error and the other way about
  await sms.send(permitQuiet(), { to: '13900139000', words: '', at: now })
  // @ts-expect-error no body is handed a matter without the policy that goes with it
  const bare: ContactHandedOver = { permit: {} as Permit<'transfer'> }
  // @ts-expect-error nor without a permit
  const loose: ContactHandedOver = { contact: { mode: 'silent' } }
  return [bare, loose]
}

test('[RE2] a permit is asked for at the one place that makes it, and nowhere else', () => {
  expect(doesNotCompile).toBeTypeOf('function')
  const forging = sources.filter(
    ({ path, text }) => path !== 'contact/contact.ts' && /as\s+(unknown\s+as\s+)?Permit\b/.test(text),
  )
  expect(forging.map(({ path }) => path)).toEqual([])
})
