// A service that answers every request with who it is and what it was asked. Needs nothing but Node.
//   node echo.mjs --service reviews --version v1 --port 9081
// With --forward /orders=http://orders.shop, requests for /orders go on to that service; with --proxy, by that proxy.
import { request as ask, createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    service: { type: 'string', default: 'echo' },
    version: { type: 'string', default: 'v1' },
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '9080' },
    forward: { type: 'string', multiple: true, default: [] },
    proxy: { type: 'string' },
  },
});
const { service, version, address, port, proxy } = values;
const forwards = values.forward.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);

const server = createServer((request, response) => {
  const { method, url: path, headers } = request;
  console.log(`${method} ${path}`);
  const [, origin] = forwards.find(([prefix]) => path.startsWith(prefix)) ?? [];
  if (origin) return forward(request, response, new URL(path, origin));
  request.resume().once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-echo': `${service} ${version}` });
    response.end(`${JSON.stringify({ service, version, method, path, host: headers.host, headers })}\n`);
  });
});

/** As itself: nothing of who asked goes along. Proxies are asked with the whole URL. */
function forward(request, response, url) {
  const { method } = request;
  request.resume();
  const to = proxy ? [proxy, { method, path: url.href, headers: { host: url.host } }] : [url, { method }];
  ask(...to)
    .once('response', (answer) => {
      const { 'content-type': type = 'text/plain' } = answer.headers;
      answer.pipe(response.writeHead(answer.statusCode, { 'content-type': type }));
    })
    .once('error', (error) => response.writeHead(502).end(`${service} cannot ask ${url.host}: ${error.message}\n`))
    .end();
}

server.once('error', (error) => {
  console.error(`cannot listen on ${address}:${port}: ${error.message}`);
  process.exitCode = 1;
});
server.listen(Number(port), address, () => console.log(`listening on http://${address}:${port}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
