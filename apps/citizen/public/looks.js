// Before the first paint: theme and letter size as chosen, so that a dark room is not lit by a white page.
;(() => {
  let looks = {}
  try {
    looks = JSON.parse(localStorage.getItem('looks') ?? '{}')
  } catch {
    // unreadable is the same as unset
  }
  const isDark =
    looks.theme === 'dark' || (looks.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  const isUnsure = location.pathname.startsWith('/r/') && history.state?.quiet === undefined
  const isQuiet = isUnsure || /^\/(n|notes)(\/|$)/.test(location.pathname) || history.state?.quiet === true
  document.documentElement.dataset.theme = isDark || isQuiet ? 'dark' : 'light'
  if (isQuiet) document.documentElement.dataset.quiet = 'yes'
  if (!isQuiet) document.title = '互联网110'
  const bar = isQuiet ? '#0b0d0f' : isDark ? '#10161d' : '#eef1f5'
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', bar)
  if (looks.large) document.documentElement.dataset.letters = 'large'
})()
