// Composes the subgraphs named on the command line; prints the supergraph or the faults.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

const services = process.argv.slice(2).map((path) => ({
  name: basename(path, ".graphql"),
  url: "http://localhost/graphql",
  typeDefs: parse(readFileSync(path, "utf8")),
}));
const { errors, hints, supergraphSdl } = composeServices(services);
console.log(
  JSON.stringify({
    errors: (errors ?? []).map((error) => error.message),
    hints: (hints ?? []).map((hint) => hint.message),
    supergraph: supergraphSdl ?? null,
  }),
);
