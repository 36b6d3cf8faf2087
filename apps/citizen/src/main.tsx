import '@open110/ui/tokens.css'
import './app/base.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { PhoneContext } from './app/hooks.ts'
import { watchAddress } from './app/path.ts'
import { startPhone } from './app/phone.ts'
import { watchQuiet } from './app/quiet.ts'

watchQuiet()
watchAddress()
const phone = startPhone()
const page = document.getElementById('page')
if (page) {
  createRoot(page).render(
    <PhoneContext value={phone}>
      <App />
    </PhoneContext>,
  )
}

// Once the page is there: keep it on the phone. Without a worker it simply needs the network to open.
addEventListener('load', () => {
  if (import.meta.env.PROD && 'serviceWorker' in navigator)
    navigator.serviceWorker.register('/sw.js').catch(() => {})
})
