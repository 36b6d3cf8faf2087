type Battery = EventTarget & { readonly level: number; readonly charging: boolean }

/** Below this the phone must last longer than its place must be sharp. */
const lowLevel = 0.15

/** 省电 — tells whenever the phone becomes short of power or is no longer so. Where a browser does not say, it never is. */
export function watchBattery(hear: (isLow: boolean) => void): void {
  const asked = (navigator as { getBattery?: () => Promise<Battery> }).getBattery?.()
  void asked
    ?.then((battery) => {
      let was = false
      const look = () => {
        const isLow = battery.level <= lowLevel && !battery.charging
        if (isLow !== was) hear(isLow)
        was = isLow
      }
      battery.addEventListener('levelchange', look)
      battery.addEventListener('chargingchange', look)
      look()
    })
    .catch(() => undefined) // the browser keeps it to itself
}
