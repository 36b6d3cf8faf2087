import { createRoot } from 'react-dom/client'
import '@open110/ui/tokens.css'
import './parts/parts.css'
import { App } from './App.tsx'

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
