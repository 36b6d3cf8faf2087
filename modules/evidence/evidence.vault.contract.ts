import { isRefusal } from '@open110/kit/refuse'
import type { BlobStore } from './evidence.ts'

/** What a clause needs from whoever tests an adapter: an empty store, and a way to have a file to put into it. */
export type VaultGiven = { store: BlobStore; file: (bytes: Uint8Array) => Promise<string> }
export type VaultClause = { title: string; holds: (given: VaultGiven) => Promise<void> }

const id = 'ev_00000000000000000000000001'
const other = 'ev_00000000000000000000000002'
const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

/** 物证库的约定 — every `BlobStore` keeps these. An adapter's test runs each clause against a fresh store. */
export const vaultContract: readonly VaultClause[] = [
  {
    title: '[EV7] what was put is read back whole, and in ranges with both ends included',
    async holds({ store, file }) {
      await store.put({ id, copy: 'original' }, await file(bytes('0123456789')))
      const name = { id, copy: 'original' } as const
      same((await store.stat(name))?.bytes, 10)
      same(await textOf(store.open(name)), '0123456789')
      same(await textOf(store.open(name, { from: 2, to: 4 })), '234')
      same(await textOf(store.open(name, { from: 7 })), '789')
    },
  },
  {
    title: '[EV6] a sealed original is never overwritten, and the first one stays',
    async holds({ store, file }) {
      await store.put({ id, copy: 'original' }, await file(bytes('first')))
      const again = await store.put({ id, copy: 'original' }, await file(bytes('second')))
      same(isRefusal(again) && again.refused, 'attachment.already-sealed')
      same(await textOf(store.open({ id, copy: 'original' })), 'first')
    },
  },
  {
    title: '[EV6] of two who seal at once exactly one succeeds',
    async holds({ store, file }) {
      const paths = await Promise.all(['a', 'b', 'c', 'd'].map((text) => file(bytes(text))))
      const answers = await Promise.all(paths.map((path) => store.put({ id, copy: 'original' }, path)))
      same(answers.filter((answer) => !isRefusal(answer)).length, 1)
    },
  },
  {
    title: '[EV7] a view may be made again; it replaces the older one and leaves the original alone',
    async holds({ store, file }) {
      await store.put({ id, copy: 'original' }, await file(bytes('original')))
      await store.put({ id, copy: 'view' }, await file(bytes('poor')))
      await store.put({ id, copy: 'view' }, await file(bytes('better')))
      same(await textOf(store.open({ id, copy: 'view' })), 'better')
      same(await textOf(store.open({ id, copy: 'original' })), 'original')
    },
  },
  {
    title: '[EV7] what is not there is absent and not an error; removing says whether something was there',
    async holds({ store, file }) {
      same(await store.stat({ id, copy: 'view' }), undefined)
      same(await store.open({ id, copy: 'view' }), undefined)
      same(await store.remove({ id, copy: 'view' }), false)
      await store.put({ id, copy: 'view' }, await file(bytes('x')))
      same(await store.remove({ id, copy: 'view' }), true)
      same(await store.stat({ id, copy: 'view' }), undefined)
    },
  },
  {
    title: '[EV7] the list names everything that is kept and nothing else',
    async holds({ store, file }) {
      await store.put({ id, copy: 'original' }, await file(bytes('1')))
      await store.put({ id, copy: 'thumb' }, await file(bytes('2')))
      await store.put({ id: other, copy: 'original' }, await file(bytes('3')))
      const names: string[] = []
      for await (const name of store.list()) names.push(`${name.id}/${name.copy}`)
      same(names.toSorted().join(' '), [`${id}/original`, `${id}/thumb`, `${other}/original`].join(' '))
    },
  },
  {
    title: '[EV7] a name that could climb out of the store is a fault, not a path',
    async holds({ store, file }) {
      const path = await file(bytes('x'))
      for (const bad of ['../../etc', 'ev_../../../x', 'ev_', '', 'ev_ABC/..']) {
        const answer = await store.put({ id: bad, copy: 'view' }, path).catch(() => 'fault')
        same(answer, 'fault')
      }
    },
  },
]

async function textOf(opened: Promise<AsyncIterable<Uint8Array> | undefined>): Promise<string> {
  let text = ''
  for await (const chunk of (await opened) ?? []) text += String.fromCharCode(...chunk)
  return text
}

function same(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`expected ${String(expected)}, found ${String(found)}`)
}
