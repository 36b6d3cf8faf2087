import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tells the service worker which files this build has, and under which name they are kept. */
function shellList(): Plugin {
  return {
    name: 'shell-list',
    generateBundle(_, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') return
      const files = Object.keys(bundle).filter((name) => name.startsWith('assets/'))
      const paths = files.map((name) => `/field/${name}`)
      const digest = createHash('sha256').update(paths.join()).digest('hex')
      worker.code = worker.code
        .replace('__SHELL_PATHS__', paths.join(' '))
        .replace('__SHELL_NAME__', `field-${digest.slice(0, 12)}`)
    },
  }
}

export default defineConfig({
  root: here('.'),
  base: '/field/',
  plugins: [react(), shellList()],
  build: {
    target: 'es2022',
    // A policy without inline data keeps the Content-Security-Policy short.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { page: here('index.html'), sw: here('src/sw.ts') },
      output: {
        // The service worker keeps its name: a browser asks for it by that name for ever.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
