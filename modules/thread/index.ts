export { openThreads, type Threads } from './thread.server.ts'
export { threadRoutes } from './thread.routes.ts'
