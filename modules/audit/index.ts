export { record, recordLook, type Look, type Record } from './audit.store.ts'
