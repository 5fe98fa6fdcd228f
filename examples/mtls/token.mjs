// Prints a token of the issuer in users.yaml. Needs nothing but Node.
//   node token.mjs --sub alice --groups admins --hours 1
// FOR TESTS ONLY: everybody can read this key.
import { createPrivateKey, sign } from 'node:crypto';
import { parseArgs } from 'node:util';

const key = createPrivateKey({
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: '1GMNoFSZWnTZC3So7htxqa8XNdiOA6pYrMbeAdlVOq4',
    y: 'MqBNuDX1FZe85mm-7Xi4ygfDbi2pzqOnwq85xyYL-0o',
    d: 'LXWe_XhM9NlTNuHhg7xbB5i9cDzO5Kne5rvwPesEO7w',
  },
});
const { values } = parseArgs({
  options: {
    sub: { type: 'string', default: 'alice' },
    groups: { type: 'string', multiple: true, default: [] },
    hours: { type: 'string', default: '1' },
  },
});
const { sub, groups, hours } = values;

const exp = Math.round(Date.now() / 1000 + Number(hours) * 3600);
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const text = [
  part({ alg: 'ES256', kid: 'test-only', typ: 'JWT' }),
  part({ iss: 'https://login.shop.example', sub, groups, exp }),
].join('.');
const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
console.log(`${text}.${signature}`);
