// A provider of OpenID Connect that others wrote, on loopback, with a new key at each start:
//   node oidc_provider.mjs FOLDER_OF_THE_PACKAGE PORT SETTINGS
// The settings are JSON: its client, and what it tells of each account.

import { generateKeyPairSync } from "node:crypto";
import { pathToFileURL } from "node:url";

const [folder, port, settings] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/lib/index.js`).href);
const { client, accounts } = JSON.parse(settings);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  jwks: { keys: [privateKey.export({ format: "jwk" })] },
  claims: { email: ["email", "email_verified"], profile: ["groups"] },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts[sub] }) }),
});
provider.listen(Number(port), "127.0.0.1");
