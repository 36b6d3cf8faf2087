// Runs in every page before its own first line: whatever could sound, light up, show or be kept is told, and then done.
{
  const tell = (what, detail = '') => globalThis.leakTold(what, String(detail))
  const spy = (of, name, what) => {
    const own = of && Reflect.get(of, name)
    if (typeof own !== 'function') return
    Object.defineProperty(of, name, {
      configurable: true,
      value: new Proxy(own, {
        apply: (target, self, given) => {
          tell(what, given[0])
          return Reflect.apply(target, self, given)
        },
        construct: (target, given) => {
          tell(what, given[0])
          return Reflect.construct(target, given)
        },
      }),
    })
  }
  const kind = (name) => Reflect.get(globalThis, name)?.prototype
  for (const name of [
    'Notification',
    'Audio',
    'AudioContext',
    'webkitAudioContext',
    'SpeechSynthesisUtterance',
  ])
    spy(globalThis, name, name)
  for (const name of ['alert', 'confirm', 'prompt', 'open', 'print']) spy(globalThis, name, name)
  spy(globalThis.Notification, 'requestPermission', 'ask-notify')
  spy(kind('ServiceWorkerRegistration'), 'showNotification', 'notification')
  spy(kind('PushManager'), 'subscribe', 'push')
  spy(kind('Navigator'), 'vibrate', 'vibrate')
  spy(kind('Navigator'), 'setAppBadge', 'badge')
  spy(kind('Navigator'), 'clearAppBadge', 'badge')
  spy(kind('Navigator'), 'share', 'share')
  spy(kind('HTMLMediaElement'), 'play', 'sound')
  spy(kind('SpeechSynthesis'), 'speak', 'speech')
  spy(kind('WakeLock'), 'request', 'wake-lock')
  spy(kind('Clipboard'), 'writeText', 'clipboard')
  spy(kind('Clipboard'), 'write', 'clipboard')
  spy(kind('Document'), 'execCommand', 'clipboard')
  spy(kind('ScreenOrientation'), 'lock', 'orientation')
  spy(kind('Element'), 'requestFullscreen', 'fullscreen')
  spy(kind('MediaDevices'), 'getUserMedia', 'camera')
  spy(kind('CookieStore'), 'set', 'cookie')
  for (const name of ['pushState', 'replaceState']) {
    const own = Reflect.get(history, name)
    Object.defineProperty(history, name, {
      value: (state, title, url) => {
        tell('address', `${url} ${JSON.stringify(state)}`)
        own.call(history, state, title, url)
      },
    })
  }
  document.addEventListener('focusin', (event) => {
    const { localName } = event.target
    if (localName === 'input' || localName === 'textarea') tell('keyboard', localName)
  })
  let icons = ''
  const look = () => {
    tell('title', document.title)
    const now = [...document.querySelectorAll('link[rel~=icon]')].map(({ href }) => href).join()
    if (icons && now !== icons) tell('favicon', now)
    icons = now
  }
  document.addEventListener('DOMContentLoaded', () => {
    look()
    new MutationObserver(look).observe(document.head, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    })
  })
}
