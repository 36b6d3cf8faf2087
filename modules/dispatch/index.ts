export { openDispatch, type Dispatch } from './dispatch.server.ts'
export { dispatchRoutes } from './dispatch.routes.ts'
