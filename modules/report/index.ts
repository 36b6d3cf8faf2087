export { openReports, type Reports } from './report.server.ts'
export { openQueue } from './report.queue.server.ts'
export { reportRoutes, type Neighbours } from './report.routes.ts'
export { reportSweeps } from './report.jobs.ts'
