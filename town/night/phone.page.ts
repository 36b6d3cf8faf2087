import { openPhone, type ReporterPhone } from '@open110/core/phone'
import type { SeenItem } from '@open110/core/item'
import { fakeSeal } from '@open110/core/fake/seal.fake'
import type { Disk } from './disk.ts'
import { asTransport, type Ask, type Link } from './network.ts'
import { brokenAsk } from './phone.bugs.ts'
import { nightUpload } from './phone.upload.ts'
import { tagOf } from './witness.ts'
import type { Device, Life, World } from './world.ts'

/** One life of one page: the citizen's whole client, from its start to its death. */
export type Page = {
  readonly name: string
  readonly life: Life
  readonly bornMs: number
  readonly phone: ReporterPhone
  /** A person has pressed something on it. */
  pressed(): void
  items(): readonly SeenItem[]
  close(): void
}

export function openPage(given: {
  world: World
  name: string
  phone: string
  life: Life
  device: Device
  link: Link
  disk: Disk
  isSealed: boolean
  isCovert: boolean
  touch: (what: string) => void
  alone: (page: string, act: () => Promise<void>) => Promise<boolean>
}): Page {
  const { world, name, life, device, link, disk, touch } = given
  const { witness } = world
  const chance = world.chance(`page ${name}`)
  const store = disk.store(life, touch)
  const line = link.transport(life, name, touch)
  /** As it stands on the wire, for the witness. */
  const onWire: Ask = async (asked) => {
    const key = asked.headers['idempotency-key']
    if (!key) return line(asked)
    witness.asked(name, key)
    try {
      const answered = await line(asked)
      if (answered.status >= 500 || answered.status === 429)
        witness.unanswered(name, key, answered.retryAfterSeconds)
      return answered
    } catch (fault) {
      witness.unanswered(name, key, undefined)
      throw fault
    }
  }
  const broken = brokenAsk({
    world,
    ask: onWire,
    store,
    chance,
    hasMedia: () =>
      phone.outbox.items().some(({ parcel, state }) => parcel.kind === 'attachment' && state === 'queued'),
  })
  const upload = nightUpload(broken.forMedia, () => phone.session.token())

  const phone = openPhone({
    store,
    ...(given.isSealed ? { seal: async () => fakeSeal() } : {}),
    base: '',
    transport: asTransport(broken.forText),
    open: link.socket(life, name),
    upload: () => (sent) =>
      upload({
        ...sent,
        progress(bytes) {
          lookBehindMedia()
          sent.progress(bytes)
        },
        onStop: (stop) => sent.onStop(world.has('media-before-text') ? () => {} : stop),
      }),
    timers: {
      nowMs: life.nowMs,
      after: life.after,
      random: world.has('no-jitter') ? () => 0.5 : chance.next,
    },
    now: device.now,
    newKey: () => `key-${given.phone}-${world.newSerial()}`,
    language: 'zh',
    isVisible: () => !device.isAsleep(),
    isRead: () => true,
    alone: (act) => given.alone(name, act),
  })
  const { outbox, watch } = phone
  const looked = new Set<string>()
  outbox.watch(() => {
    for (const item of outbox.items()) {
      const tag = tagOf(item.id)
      if (item.id.endsWith('-said'))
        witness.pressed({ tag, phone: given.phone, kind: 'saying', isCovert: given.isCovert })
      witness.shown(tag, item)
      const report = item.receipt?.id
      if (!report || looked.size > 0) continue
      looked.add(report)
      watch.look(report)
    }
  })

  /** Text that could have gone lies still while a slice of a picture has gone. */
  function lookBehindMedia() {
    for (const item of outbox.items()) {
      const isText = item.parcel.kind !== 'attachment' && item.state === 'queued' && item.shows !== 'ask'
      const press = witness.presses.get(tagOf(item.id))
      if (!isText || !press || witness.wasAsked(item.key)) continue
      const isFree =
        item.of.startsWith('rp_') ||
        item.of === item.id ||
        outbox.items().some(({ id, state }) => id === item.of && state === 'delivered')
      const awakeMs = world.time.nowMs() - device.awakeSinceMs()
      const waitedMs = Math.min(world.time.nowMs() - press.atMs, life.nowMs(), awakeMs)
      if (isFree && waitedMs > 5_000)
        witness.fail('M1', `${press.tag} has waited ${Math.round(waitedMs)} ms while media go`)
    }
  }

  return {
    name,
    life,
    bornMs: world.time.nowMs(),
    phone,
    pressed: broken.pressed,
    items: outbox.items,
    close() {
      outbox.close()
      watch.close()
      life.end()
    },
  }
}
