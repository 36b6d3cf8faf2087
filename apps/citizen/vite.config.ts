import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tells the service worker what the shell is made of, and under which name this build's cache lies. */
function shellList(): Plugin {
  return {
    name: 'shell-list',
    generateBundle(_, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') return
      const built = Object.keys(bundle).filter((name) => name.startsWith('assets/'))
      const fixed = readdirSync(here('public')).filter((name) => !name.endsWith('512.png'))
      const paths = ['/', ...[...built, ...fixed].map((name) => `/${name}`)]
      const digest = createHash('sha256')
        .update(paths.join())
        .update(readFileSync(here('index.html')))
      for (const name of fixed) digest.update(readFileSync(here(`public/${name}`)))
      worker.code = worker.code
        .replace('__SHELL_PATHS__', paths.join(' '))
        .replace('__SHELL_NAME__', digest.digest('hex').slice(0, 12))
    },
  }
}

export default defineConfig({
  root: here('.'),
  base: '/',
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
