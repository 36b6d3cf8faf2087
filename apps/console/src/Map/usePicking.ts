import type L from 'leaflet'
import { useEffect, useState, type RefObject } from 'react'
import { useDesk, useWish } from '../Desk/desk.tsx'

/** 点选 — the next press on the map, or Enter at its middle, is a place that another part of the screen has asked for. */
export function usePicking(map: L.Map | undefined, box: RefObject<HTMLElement | null>): boolean {
  const { bus } = useDesk()
  const [isPicking, pick] = useState(false)
  useWish('pick-point', (argument) => {
    pick(argument === 'on')
    if (argument === 'on') box.current?.focus()
  })
  useEffect(() => {
    const element = box.current
    if (!isPicking || !map || !element) return
    const give = ({ lng, lat }: L.LatLng) =>
      void bus.send('point-picked', `${lng.toFixed(6)} ${lat.toFixed(6)}`)
    const press = (event: L.LeafletMouseEvent) => give(event.latlng)
    const enter = (event: KeyboardEvent) => {
      if (event.code !== 'Enter') return
      event.preventDefault()
      give(map.getCenter())
    }
    map.on('click', press)
    element.addEventListener('keydown', enter)
    return () => {
      map.off('click', press)
      element.removeEventListener('keydown', enter)
    }
  }, [isPicking, map, box, bus])
  return isPicking
}
