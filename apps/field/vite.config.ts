import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/field/',
  plugins: [react()],
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
