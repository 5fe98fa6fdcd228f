// A service that answers every request with who it is and what it was asked. Needs nothing but Node.
//   node echo.mjs --service reviews --version v1 --port 9081
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    service: { type: 'string', default: 'echo' },
    version: { type: 'string', default: 'v1' },
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '9080' },
  },
});
const { service, version, address, port } = values;

const server = createServer((request, response) => {
  const { method, url: path, headers } = request;
  console.log(`${method} ${path}`);
  request.resume().once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-echo': `${service} ${version}` });
    response.end(`${JSON.stringify({ service, version, method, path, host: headers.host, headers })}\n`);
  });
});

server.once('error', (error) => {
  console.error(`cannot listen on ${address}:${port}: ${error.message}`);
  process.exitCode = 1;
});
server.listen(Number(port), address, () => console.log(`listening on http://${address}:${port}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
