// Audits the server at an address by the GraphQL-over-HTTP specification, and prints
// what each audit found as JSON.
import { serverAudits } from "graphql-http";

const found = [];
for (const { fn } of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason } = await fn();
  found.push({ id, name, status, reason });
}
console.log(JSON.stringify(found));
