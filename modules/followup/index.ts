export { followUpRoutes } from './followup.routes.ts'
export { reporterRoutes } from './followup.reporter.routes.ts'
export { openFollowUps, type FollowUps } from './followup.server.ts'
export { openAtDesk } from './followup.store.ts'
