// Follows an operation by the reference client of a protocol, and writes what it
// hears as JSON lines: node follow.js sse|ws URL QUERY [VARIABLES]
import { createClient as createSse } from 'graphql-sse';
import { createClient as createWs } from 'graphql-ws';
import WebSocket from 'ws';

const [protocol, url, query, variables = '{}'] = process.argv.slice(2);
const say = (word, value = null) =>
  process.stdout.write(JSON.stringify([word, value]) + '\n');

const client =
  protocol === 'sse'
    ? createSse({ url, retryAttempts: 0 })
    : createWs({
        url,
        retryAttempts: 0,
        webSocketImpl: WebSocket,
        on: { connected: () => say('connected') },
      });

const stop = client.subscribe(
  { query, variables: JSON.parse(variables) },
  {
    next: (result) => say('next', result),
    error: (error) =>
      say('error', error.code ?? (Array.isArray(error) ? error : String(error.message))),
    complete: () => say('complete'),
  },
);
process.stdin.on('data', stop); // a line ends the subscription
process.stdin.on('end', () => process.exit());
