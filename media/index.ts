export { openEmbeddedEngine, type EmbeddedSettings } from './embedded/supervisor.ts'
export { openJanusEngine, type JanusEngineSettings } from './janus/janus.ts'
export { iceServersFor, type IceServer } from './ice/ice.ts'
