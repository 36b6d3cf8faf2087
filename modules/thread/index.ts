export { openThreads, type Threads } from './thread.server.ts'
export { threadRoutes } from './thread.routes.ts'
export { openWriting, type Write } from './thread.write.server.ts'
export { broadcastRoutes } from './thread.broadcast.routes.ts'
