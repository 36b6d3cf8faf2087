import { openBase, type Base } from './base.ts'
import { openConsole, type Console } from './console.ts'
import { openHouse, type House } from './house.ts'
import { openServerDisk } from './house.upload.ts'
import { openPhoneOf, type Phone } from './phone.ts'
import type { Act, Plan } from './plan.ts'
import { openDevice, type World } from './world.ts'

/** 这座城 — the phones, the desks, the server and its database of one night, and what may befall them. */
export type City = {
  readonly base: Base
  readonly phones: readonly Phone[]
  readonly consoles: readonly Console[]
  readonly house: () => House | undefined
  befall(act: Act): void
  /** The trouble is over: everything comes back, and nobody is hindered any more. */
  heal(): void
}

export function openCity(world: World, plan: Plan): City {
  const { time, say } = world
  const base = openBase(world)
  const disk = openServerDisk()
  const machine = openDevice(world, 'server')
  let house: House | undefined
  const listening = () => house
  const start = () => {
    if (house) return
    say(() => 'server starts')
    if (machine.skewMs !== 0) world.witness.misdated()
    house = openHouse({ world, base, disk, machine })
  }
  const phones = plan.reporters.map((who) => openPhoneOf(world, who, listening))
  const consoles = plan.takers.map((who) => openConsole(world, who, listening))
  start()
  for (const console of consoles) console.launch()
  for (const phone of phones) phone.launch()

  const untilMs = (ms: number) => time.nowMs() + ms
  const befall = (act: Act) => {
    say(() => `— ${act.act} ${JSON.stringify({ ...act, atMs: undefined, act: undefined })}`)
    const phone = 'phone' in act ? phones[act.phone] : undefined
    const desk = 'desk' in act ? consoles[act.desk] : undefined
    switch (act.act) {
      case 'press':
        return phone?.press(act.tag, act.media, act.words)
      case 'say':
        return phone?.say(act.tag, act.of, act.kind, act.words)
      case 'phone-dies':
        phone?.kill()
        return void time.after(act.backMs, () => phone?.isOn() || phone?.launch())
      case 'phone-doomed':
        return phone?.doom(act.touches, act.backMs)
      case 'phone-sleeps':
        phone?.device.sleep()
        return void time.after(act.ms, () => phone?.device.isAsleep() && phone.comeBack())
      case 'phone-offline':
        if (phone) phone.link.offlineUntilMs = untilMs(act.ms)
        phone?.link.drop()
        return void time.after(act.ms + 5, () => phone?.wake())
      case 'phone-cut':
        if (phone) phone.link.cutUntilMs = untilMs(act.ms)
        return
      case 'phone-rough':
        if (phone) phone.link.roughUntilMs = untilMs(act.ms)
        return
      case 'disk-full':
        if (phone) phone.disk.fullUntilMs = untilMs(act.ms)
        return
      case 'disk-slow':
        if (phone) phone.disk.slowUntilMs = untilMs(act.ms)
        return
      case 'disk-unreadable':
        if (phone) phone.disk.unreadableUntilMs = untilMs(act.ms)
        return
      case 'phone-clock':
        if (phone) phone.device.skewMs += act.ms
        return
      case 'second-page':
        return phone?.openSecond(act.ms)
      case 'console-dies':
        desk?.kill()
        return void time.after(act.ms, () => desk?.isUp() || desk?.launch())
      case 'console-sleeps':
        desk?.device.sleep()
        return void time.after(act.ms, () => desk?.device.rouse())
      case 'console-cut':
        if (desk) desk.link.cutUntilMs = untilMs(act.ms)
        return
      case 'console-deaf':
        return desk?.link.deafen()
      case 'console-drops':
        return desk?.link.drop()
      case 'server-dies':
        house?.kill(act.withMachine)
        house = undefined
        return void time.after(act.downMs, start)
      case 'server-rush':
        return house?.rush(untilMs(act.ms))
      case 'server-clock':
        machine.skewMs += act.ms
        return
      case 'base-crashes':
        return base.crash(act.ms)
      case 'base-fails-commits':
        return base.failCommits(untilMs(act.ms))
      case 'base-freezes':
        return base.freeze(untilMs(act.ms))
      case 'base-slow':
        return base.slow(untilMs(act.ms))
      case 'log-stuck':
        return base.stickLog(untilMs(act.ms))
    }
  }
  return {
    base,
    phones,
    consoles,
    house: () => house,
    befall,
    heal() {
      say(() => '— all trouble is over')
      base.heal()
      machine.skewMs = 0
      start()
      house?.rush(0)
      for (const { device, link, isUp, launch } of consoles) {
        link.heal()
        device.rouse()
        if (!isUp()) launch()
      }
      for (const phone of phones) phone.comeBack()
    },
  }
}
