export { contactRoutes } from './contact.routes.ts'
export { openContacts, type Contacts } from './contact.server.ts'
