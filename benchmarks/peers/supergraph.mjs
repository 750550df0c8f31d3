// node supergraph.mjs DEPARTMENTS: composes the subgraphs and prints the supergraph.
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

const [departments] = process.argv.slice(2);
const LINK = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  scalar Date
  scalar Decimal
`;

const CORE = `${LINK}
  scalar USCC
  enum EnterpriseStatus { OPERATING REVOKED REVOKED_DEREGISTERED DEREGISTERED RESCINDED MOVED_OUT SUSPENDED OTHER }
  input EnterpriseFilter { usccIn: [USCC!] }
  type Query {
    enterprise(uscc: USCC!): Enterprise
    enterprises(where: EnterpriseFilter, first: Int = 20): Enterprises!
  }
  type Enterprises { nodes: [Enterprise!]! }
  type Enterprise @key(fields: "uscc") {
    uscc: USCC! name: String! type: String! status: EnterpriseStatus!
    legalRepresentative: String registeredCapital: Decimal currency: String
    establishedOn: Date registrationAuthority: String address: String
    annualReports: AnnualReports!
  }
  type AnnualReports { nodes: [AnnualReport!]! }
  type AnnualReport {
    year: Int! submittedOn: Date! operatingState: String employees: Int
    totalAssets: Decimal totalRevenue: Decimal netProfit: Decimal totalTax: Decimal
  }
`;

function extending(field, list, node) {
  return `${LINK}
    scalar USCC
    type Enterprise @key(fields: "uscc") { uscc: USCC! ${field}: ${list}! }
    ${node}
  `;
}

const LICENCES = extending("licences", "Licences", `
  enum LicenceCategory { GENERAL CONCESSION RECOGNITION APPROVAL REGISTRATION OTHER }
  type Licences { nodes: [Licence!]! }
  type Licence {
    documentNumber: String! category: LicenceCategory! content: String!
    decidedOn: Date! authority: String!
  }
`);
const PENALTIES = extending("penalties", "Penalties", `
  type Penalties { nodes: [Penalty!]! }
  type Penalty {
    decisionNumber: String! violationType: String! content: String!
    fine: Decimal decidedOn: Date!
  }
`);
const ASSISTANCE = extending("judicialAssistance", "Assistance", `
  enum JudicialAssistanceKind { EQUITY_FREEZE FREEZE_EXTENDED UNFREEZE SHAREHOLDER_CHANGE }
  type Assistance { nodes: [JudicialAssistance!]! }
  type JudicialAssistance {
    noticeNumber: String! kind: JudicialAssistanceKind! court: String!
    equityAmount: Decimal frozenFrom: Date
  }
`);

const subgraphs = { core: CORE, licences: LICENCES, penalties: PENALTIES, assistance: ASSISTANCE };
const composed = composeServices(
  Object.entries(subgraphs).map(([name, text]) => ({
    name,
    url: `${departments}/subgraph/${name}`,
    typeDefs: parse(text),
  })),
);
if (composed.errors) throw new Error(composed.errors.map(String).join("\n"));
console.log(composed.supergraphSdl);
