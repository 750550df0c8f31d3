// Audits the server at an address by the GraphQL-over-HTTP specification, with a value
// of Authorization, and prints what each audit found as JSON.
import { serverAudits } from "graphql-http";

const [url, authorization] = process.argv.slice(2);
const fetchFn = (where, request = {}) =>
  fetch(where, { ...request, headers: { ...request.headers, authorization } });
const found = [];
for (const { fn } of serverAudits({ url, fetchFn })) {
  const { id, name, status, reason } = await fn();
  found.push({ id, name, status, reason });
}
console.log(JSON.stringify(found));
