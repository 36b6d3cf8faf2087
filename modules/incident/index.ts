export { openIncidents, type Incidents } from './incident.server.ts'
export { incidentRoutes } from './incident.routes.ts'
