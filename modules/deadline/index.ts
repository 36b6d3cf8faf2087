export { openDeadlines, type Deadlines } from './deadline.server.ts'
export { countsOfDesk } from './deadline.store.ts'
export { deadlineRoutes } from './deadline.routes.ts'
export { deadlineSweeps } from './deadline.jobs.ts'
