import { createRoot } from 'react-dom/client'
import '@open110/ui/tokens.css'
import './field.css'
import { App } from './App.tsx'
import { browserShelf } from './shelf.ts'
import { keptTheme, showTheme } from './theme.ts'

showTheme(keptTheme(browserShelf))
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Without it the page still works, as long as there is network to load it.
  navigator.serviceWorker.register('/field/sw.js').catch(() => undefined)
}
const root = document.getElementById('root')
if (root) createRoot(root).render(<App shelf={browserShelf} />)
