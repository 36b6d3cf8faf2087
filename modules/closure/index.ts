export { openClosure, type Closure } from './closure.server.ts'
export { closureRoutes } from './closure.routes.ts'
export { closureSweeps } from './closure.jobs.ts'
