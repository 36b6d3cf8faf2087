export { exposureRoutes } from './exposure.routes.ts'
