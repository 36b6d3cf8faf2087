export { openUnits, unitOf, type Units } from './unit.server.ts'
export { unitRoutes } from './unit.routes.ts'
export { addUnit, type StoredUnit } from './unit.store.ts'
