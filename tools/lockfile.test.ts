import { expect, test } from 'vitest'
import { completed, faultsOf, platformIn } from './lockfile.ts'

const hash = 'sha512-x'

test('an optional package of another platform that npm left out is found, and added by name', () => {
  const lockfile = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/lint': {
        version: '2.0.0',
        integrity: hash,
        optionalDependencies: { '@lint/binding-linux-arm64-musl': '2.0.0' },
      },
    },
  }
  expect(faultsOf(lockfile)).toEqual([expect.stringContaining('@lint/binding-linux-arm64-musl')])
  const whole = completed(lockfile)
  expect(faultsOf(whole)).toEqual([])
  expect(whole.packages['node_modules/@lint/binding-linux-arm64-musl']).toEqual({
    version: '2.0.0',
    optional: true,
    os: ['linux'],
    cpu: ['arm64'],
    libc: ['musl'],
  })
})

test('a package beside whoever asks for it, or above, is enough', () => {
  const packages = {
    'node_modules/a': { version: '1.0.0', integrity: hash, dependencies: { b: '1', c: '1' } },
    'node_modules/a/node_modules/b': { version: '1.0.0', integrity: hash, dependencies: { c: '1' } },
    'node_modules/c': { version: '1.0.0', integrity: hash },
  }
  expect(faultsOf({ packages })).toEqual([])
  const { 'node_modules/c': _, ...without } = packages
  expect(faultsOf({ packages: without })).toHaveLength(2)
})

test('an address of a registry, or nothing to check the package by, is a fault', () => {
  const packages = {
    'node_modules/a': { version: '1.0.0', integrity: hash, resolved: 'https://registry.example/a.tgz' },
    'node_modules/b': { version: '1.0.0' },
    'node_modules/@open110/kit': { resolved: 'kit', link: true },
  }
  expect(faultsOf({ packages }).map((fault) => fault.split(':')[0])).toEqual([
    'node_modules/a',
    'node_modules/b',
  ])
})

test('names tell platforms', () => {
  expect(platformIn('@oxfmt/binding-win32-x64-msvc')).toEqual({ os: ['win32'], cpu: ['x64'] })
  expect(platformIn('@oxfmt/binding-linux-arm-gnueabihf')).toEqual({
    os: ['linux'],
    cpu: ['arm'],
    libc: ['glibc'],
  })
  expect(platformIn('@oxlint-tsgolint/darwin-arm64')).toEqual({ os: ['darwin'], cpu: ['arm64'] })
})
