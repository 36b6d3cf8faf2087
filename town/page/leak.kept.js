// Runs in the page: everything that it can read back from its browser, as text. The seal's own key does not print.
globalThis.keptHere = async () => {
  const printed = (value) =>
    JSON.stringify(value, (_, each) =>
      ArrayBuffer.isView(each) ? `bytes:${String.fromCharCode(...each)}` : each,
    ) ?? ''
  const read = (asked) =>
    new Promise((done, failed) => {
      asked.addEventListener('success', () => done(asked.result))
      asked.addEventListener('error', () => failed(new Error('not readable')))
    })
  const found = []
  const keys = []
  const sizes = {}
  for (const { name } of await indexedDB.databases()) {
    const database = await read(indexedDB.open(name))
    for (const table of database.objectStoreNames) {
      const store = database.transaction(table, 'readonly').objectStore(table)
      const [all, values] = await Promise.all([read(store.getAllKeys()), read(store.getAll())])
      for (const [at, key] of all.entries()) {
        keys.push(String(key))
        sizes[key] = ArrayBuffer.isView(values[at].sealed) ? values[at].sealed.byteLength : -1
        found.push(`${key} ${printed(values[at])}`)
      }
    }
    database.close()
  }
  for (const storage of [localStorage, sessionStorage]) found.push(JSON.stringify({ ...storage }))
  found.push(document.cookie, JSON.stringify(history.state), location.href)
  for (const name of await caches.keys()) {
    const shelf = await caches.open(name)
    for (const { url } of await shelf.keys()) found.push(url)
  }
  return { text: found.join('\n'), keys: keys.toSorted(), sizes }
}
