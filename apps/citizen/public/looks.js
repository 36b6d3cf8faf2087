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
  const isQuiet = /^\/(n|notes)(\/|$)/.test(location.pathname) || history.state?.quiet === true
  document.documentElement.dataset.theme = isDark || isQuiet ? 'dark' : 'light'
  if (isQuiet) document.documentElement.dataset.quiet = 'yes'
  if (isQuiet) document.title = '记事'
  if (looks.large) document.documentElement.dataset.letters = 'large'
})()
