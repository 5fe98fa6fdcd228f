/** The house: what each room may look into. A room may always look into itself; `*` is the whole house. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  graph: ['lib'],
  proto: [],
  api: ['lib'],
  source: ['lib', 'api'],
  store: ['lib', 'graph', 'api'],
  mesh: ['lib', 'graph', 'api', 'store'],
  route: ['lib', 'graph', 'api', 'store', 'mesh'],
  view: ['lib', 'graph', 'mesh'],
  translate: ['lib', 'graph', 'proto', 'mesh', 'route', 'view'],
  xds: ['lib', 'proto'],
  server: ['lib', 'graph', 'proto', 'view', 'translate', 'xds', 'mesh'],
  'control-plane': ['*'],
  admin: ['*'],
  cli: ['*'],
  main: ['*'],
};
