export { openEscalations, type Escalations } from './escalation.server.ts'
export { escalationRoutes } from './escalation.routes.ts'
