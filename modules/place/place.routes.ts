import { refuse } from '@open110/kit/refuse'
import { answer, type Answer } from '@open110/kit/server/http'
import { isStaff, staffOf } from '@open110/modules/staff'
import * as api from './place.api.ts'
import { normaliseFix } from './place.fix.ts'
import type { Places } from './place.server.ts'
import { Crs } from './place.ts'

/** A share below this is a graze of the circle's edge, not worth a second desk's attention. */
const leastShare = 0.01

export function placeRoutes(given: { places: Places }): Answer[] {
  return [
    answer(api.resolve, async ({ query }) => {
      const [lng, lat] = [Number(query.lng), Number(query.lat)]
      if (query.crs === undefined || query.crs === '') return refuse('place.datum-missing')
      if (!Crs.safeParse(query.crs).success) return refuse('place.datum-invalid', { crs: query.crs })
      if (!Number.isFinite(lng) || !Number.isFinite(lat) || Math.abs(lng) > 180 || Math.abs(lat) > 90) {
        return refuse('place.point-invalid')
      }
      const accuracyMetres = query.accuracyMetres === undefined ? undefined : Number(query.accuracyMetres)
      if (accuracyMetres !== undefined && !(accuracyMetres >= 0)) return refuse('place.point-invalid')
      const fix = normaliseFix({ lng, lat, crs: query.crs, accuracyMetres })
      if (!fix.wgs84) return refuse('place.fix-missing')
      const found = given.places.resolve(fix.wgs84, accuracyMetres)
      return {
        how: found.how,
        division: found.division ?? null,
        station: found.station,
        desk: found.desk ?? null,
        share: found.share,
        offshoreMetres: found.offshoreMetres,
        wgs84: fix.wgs84,
        alternatives: found.alternatives.filter(({ share }) => share >= leastShare),
      }
    }),

    answer(api.outlines, async ({ params }, { me }) => {
      if (!isStaff(me) || staffOf(me).org !== params.desk) return refuse('desk.not-found')
      return given.places.outlinesOf(params.desk)
    }),
  ]
}
