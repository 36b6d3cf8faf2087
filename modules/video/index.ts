export { openFakeEngine, type FakeEngine } from './video.engine.fake.ts'
export { openVideo, type Video } from './video.house.server.ts'
