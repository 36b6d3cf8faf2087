import { useEffect, useRef, useState, type RefObject } from 'react'
import type L from 'leaflet'
import { useDesk } from '../Desk/desk.tsx'
import { unitColoursOf } from './draw.ts'
import type { LngLat } from './map.state.ts'
import { openUnitsLayer, type UnitsLayer } from './units.layer.ts'
import type { Filter } from './units.state.ts'

const nearZoom = 14

/** 图上的警力 — who is shown, who is looked at, and what of them: the one hand on the layer. */
export function useUnits(
  box: RefObject<HTMLElement | null>,
  map: L.Map | undefined,
  sent: ReadonlySet<string>,
  theme: string,
) {
  const { room } = useDesk()
  const layer = useRef<UnitsLayer>(undefined)
  const [filter, setFilter] = useState<Filter>({})
  const [chosen, choose] = useState<string>()
  const [isFollowing, follow] = useState(false)
  const [trail, setTrail] = useState<readonly LngLat[]>([])
  const [count, setCount] = useState({ shown: 0, all: 0 })

  const pick = (unit: string | undefined) => {
    choose(unit)
    follow(false)
    setTrail([])
  }
  useEffect(() => {
    if (!map || !box.current) return
    const opened = openUnitsLayer(
      map,
      room.places,
      {
        choose: pick,
        covered: () =>
          box.current?.parentElement?.querySelector<HTMLElement>('.unit-card')?.offsetHeight ?? 0,
        count: (shown, all) =>
          setCount((last) => (last.shown === shown && last.all === all ? last : { shown, all })),
      },
      { filter, sent, chosen, isFollowing, trail, nowMs: () => Date.now() + room.get().skewMs },
      unitColoursOf(box.current),
    )
    layer.current = opened
    return () => {
      layer.current = undefined
      opened.close()
    }
    // The layer lives as long as the map; what it shows is handed on below.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [map, room])
  useEffect(
    () => layer.current?.show({ filter, sent, chosen, isFollowing, trail }),
    [map, filter, sent, chosen, isFollowing, trail],
  )
  useEffect(() => {
    if (box.current) layer.current?.colour(unitColoursOf(box.current))
  }, [box, theme])

  return {
    filter,
    setFilter,
    chosen,
    pick,
    isFollowing,
    follow,
    trail,
    setTrail,
    count,
    step: (step: 1 | -1) => pick(layer.current?.next(chosen, step)?.unit.id),
    /** Brings a unit into the middle. */
    goTo(unit: string) {
      pick(unit)
      // The card must lie there before it is known what it leaves free.
      requestAnimationFrame(() => layer.current?.centre(unit, nearZoom))
    },
  }
}
export type UnitsOnMap = ReturnType<typeof useUnits>
