import { wayOut } from '@open110/core/ladder'
import type { Pressed } from '@open110/core/outbox'
import type { SeenItem } from '@open110/core/item'
import { secondsBetween } from '@open110/kit/time'
import type { CitizenMode, NewReport } from '@open110/modules/report'
import { openDisk, type Disk } from './disk.ts'
import { digestOf } from './house.upload.ts'
import { openLink, type Link, type Serving } from './network.ts'
import { openPage, type Page } from './phone.page.ts'
import { fixes, type DeskName } from './place.ts'
import { tagOf, type Press } from './witness.ts'
import { openDevice, type Device, type World } from './world.ts'

export type Reporter = {
  readonly name: string
  readonly mode: CitizenMode
  /** Where the phone says it is, if it says so. */
  readonly at: DeskName | undefined
  readonly isSealed: boolean
}

/** 手机 — the citizen's own client on a phone that may die, sleep, lose its line and its disk. */
export type Phone = {
  readonly name: string
  readonly device: Device
  readonly link: Link
  readonly disk: Disk
  readonly isCovert: boolean
  readonly isOn: () => boolean
  launch(): void
  kill(): void
  /** Dies at the so many-th touch of its store or its line from here on. */
  doom(touches: number, backMs: number): void
  /** Another page of the same phone beside the first, for a while. */
  openSecond(forMs: number): void
  press(tag: string, media: number, words: string): void
  say(tag: string, of: string, kind: 'message' | 'supplement' | 'picture', words: string): void
  /** Its person has it back, with a line and room on its disk. */
  comeBack(): void
  /** Online again, or in the foreground. */
  wake(): void
  /** Yes to whatever is asked before it is sent. */
  agree(): void
  /** What is kept and not sent is shown, and shown as not sent, with the way out. */
  look(): void
  /** What its page still shows as not delivered. */
  unsent(): readonly SeenItem[]
  /** How often it has died, and how often with media under way. */
  readonly deaths: () => { readonly all: number; readonly withMedia: number }
}

/** A page has read its store by then, and a store that could not be read has been read again. */
const settlesMs = 2_600

export function openPhoneOf(world: World, who: Reporter, listening: () => Serving | undefined): Phone {
  const { time, witness } = world
  const { name } = who
  const device = openDevice(world, name)
  const link = openLink(world, name, listening)
  const disk = openDisk(world, name)
  const chance = world.chance(`phone ${name}`)
  const isCovert = who.mode === 'silent'
  const typed: { tag: string; words: string; media: number; page: Page | undefined }[] = []
  let pages: Page[] = []
  let doom: { touches: number; backMs: number } | undefined
  let mediaPage: string | undefined
  let serial = 0
  let all = 0
  let withMedia = 0

  const hasMedia = (page: Page) =>
    page.items().some(({ parcel, state }) => parcel.kind === 'attachment' && state === 'queued')
  const die = (backMs?: number) => {
    if (pages.length === 0) return
    all += 1
    if (pages.some(hasMedia)) withMedia += 1
    world.say(() => `${name} dies`)
    for (const page of pages) page.life.end()
    pages = []
    mediaPage = doom = undefined
    link.drop()
    if (backMs !== undefined) time.after(backMs, () => pages.length || launch())
  }
  const open = (): Page => {
    const life = device.begin()
    return openPage({
      world,
      name: `${name}/${++serial}`,
      phone: name,
      life,
      device,
      link,
      disk,
      isSealed: who.isSealed,
      isCovert,
      touch(what) {
        if (life.isOver() || !doom || doom.touches-- > 0) return
        world.say(() => `${name} is doomed at ${what}`)
        die(doom.backMs)
      },
      async alone(page, act) {
        if (mediaPage !== undefined) return false
        mediaPage = page
        try {
          await act()
        } finally {
          if (mediaPage === page) mediaPage = undefined
        }
        return true
      },
    })
  }
  function launch() {
    world.say(() => `${name} opens the page`)
    const page = open()
    pages.push(page)
    // Whoever finds what they wrote still in the form presses again.
    page.life.after(2_500, () => {
      for (const { tag, words, media, page: before } of typed) {
        const isThere = page.items().some(({ id }) => tagOf(id) === tag)
        const isKnown = isThere || witness.hasLeft(tag)
        if (before !== page && disk.held.has(`draft/${tag}`) && disk.pending() === 0 && !isKnown)
          send(page, tag, media, words)
      }
    })
  }
  const send = (page: Page, tag: string, media: number, words: string) => {
    const id = `${tag}.${++serial}`
    const body: NewReport = {
      mode: who.mode,
      words: `${words}#${tag}`,
      madeAt: device.now(),
      ...(who.at ? { fix: { ...fixes[who.at], crs: 'wgs84', accuracyMetres: 20 } } : {}),
    }
    witness.pressed({ tag, phone: name, kind: 'report', isCovert })
    const pressed: Pressed[] = [{ id, parcel: { kind: 'report', body } }]
    for (let at = 1; at <= media; at++) pressed.push(pictureOf(`${tag}p${at}`, id, false))
    const draft = { [`draft/${tag}`]: undefined }
    if (!world.has('draft-deleted-first')) return put(page, pressed, draft)
    void page.phone.store.put(draft)
    page.life.after(chance.between(2, 40), () => put(page, pressed))
  }
  const put = (page: Page, pressed: readonly Pressed[], also?: Readonly<Record<string, undefined>>) => {
    page.pressed()
    void page.phone.outbox.press(pressed, also)
  }
  const pictureOf = (tag: string, of: string, isSaid: boolean): Pressed => {
    // The same picture whenever it is chosen.
    const own = world.chance(`picture ${tag}`)
    const bytes = Array.from({ length: 2 + own.below(4) }, () => `${tag}:${own.below(1e6)};`).join('')
    const sha256 = digestOf(bytes)
    witness.pressed({ tag, phone: name, kind: 'medium', isCovert, digest: sha256 })
    const file = { name: tag, type: 'image/jpeg', bytes: bytes.length, sha256 }
    return { id: `${tag}.${++serial}`, of, parcel: { kind: 'attachment', file, isSaid }, file: bytes }
  }

  const lookAt = (page: Page, press: Press, item: SeenItem | undefined) => {
    const invariant = press.kind === 'medium' ? 'R7' : 'I8'
    if (!item) return witness.fail(invariant, `${press.tag} was kept and is neither sent nor shown`)
    if (item.shows === 'delivered') return witness.fail(invariant, `${press.tag} is shown as delivered`)
    if (item.state === 'refused')
      return witness.fail(invariant, `${press.tag} was refused: ${item.refusal?.refused}`)
    if (item.parcel.kind !== 'report' || item.shows === 'ask') return
    // By the phone's date, or by the seconds that this page has counted itself, whichever is longer.
    const countedSeconds = (time.nowMs() - Math.max(page.bornMs, press.atMs)) / 1_000
    const unsentForSeconds = Math.max(countedSeconds, secondsBetween(item.agreedAt, device.now()))
    const ways = wayOut({ isQuiet: isCovert, words: '', unsentForSeconds })
    if (unsentForSeconds >= 15 && ways.length === 0)
      witness.fail('I8', `${press.tag} is not sent and no way out is offered`)
    if (isCovert && ways.some(({ way }) => way === 'call'))
      witness.fail('I7', `the covert reporter of ${press.tag} is offered a call`)
  }

  return {
    name,
    device,
    link,
    disk,
    isCovert,
    isOn: () => pages.length > 0,
    launch,
    kill: () => die(),
    doom: (touches, backMs) => void (doom = { touches, backMs }),
    openSecond(forMs) {
      // Two pages that have no session yet would be two citizens; README.md says what that does.
      if (pages.length !== 1 || !disk.held.has('session')) return
      world.say(() => `${name} opens a second page`)
      const second = open()
      pages.push(second)
      time.after(forMs, () => {
        if (second.life.isOver()) return
        second.close()
        pages = pages.filter((page) => page !== second)
        if (mediaPage === second.name) mediaPage = undefined
      })
    },
    press(tag, media, words) {
      const page = pages[0]
      world.say(() => `${name} writes ${tag} with ${media} media`)
      typed.push({ tag, words, media, page })
      if (!page || device.isAsleep()) return
      // The form keeps what is typed; then the button is pressed.
      page.phone.store.put({ [`draft/${tag}`]: words }).then(
        () => witness.typed(tag, name),
        () => {},
      )
      page.life.after(chance.between(30, 400), () => send(page, tag, media, words))
    },
    say(tag, of, kind, words) {
      const page = pages[0]
      const report = page?.items().find(({ id }) => tagOf(id) === of)
      if (!page || !report || device.isAsleep()) return
      world.say(() => `${name} sends ${kind} ${tag}`)
      if (kind === 'picture') return put(page, [pictureOf(tag, report.id, true)])
      witness.pressed({ tag, phone: name, kind, isCovert })
      put(page, [
        { id: `${tag}.${++serial}`, of: report.id, parcel: { kind, body: { words: `${words}#${tag}` } } },
      ])
    },
    comeBack() {
      link.heal()
      Object.assign(disk, { fullUntilMs: 0, slowUntilMs: 0, unreadableUntilMs: 0 })
      doom = undefined
      device.rouse()
      if (pages.length === 0) launch()
      this.wake()
    },
    wake() {
      for (const { phone } of pages) phone.online()
    },
    agree() {
      const outbox = pages[0]?.phone.outbox
      for (const { id, shows } of outbox?.items() ?? []) if (shows === 'ask') void outbox?.agree(id)
    },
    look() {
      const page = pages[0]
      const soundMs = Math.max(
        disk.unreadableUntilMs,
        disk.slowUntilMs,
        device.awakeSinceMs(),
        page?.bornMs ?? Infinity,
      )
      if (!page || disk.pending() > 0 || time.nowMs() < soundMs + settlesMs) return
      for (const press of witness.presses.values()) {
        if (press.phone !== name || !press.isKept || witness.timesStored(press.tag) > 0) continue
        // Of two pages the other may know of it first.
        const items = pages.flatMap((each) => each.items())
        lookAt(
          page,
          press,
          items.find(({ id }) => tagOf(id) === press.tag),
        )
      }
    },
    unsent: () => (pages[0]?.items() ?? []).filter(({ shows }) => shows !== 'delivered'),
    deaths: () => ({ all, withMedia }),
  }
}
