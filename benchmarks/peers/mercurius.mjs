// node mercurius.mjs PORT CORE DEPARTMENTS: Mercurius with JIT, in its ordinary way:
// a loader per list, which gets all parents of a level.
import Database from "better-sqlite3";
import Fastify from "fastify";
import mercurius from "mercurius";
import { Pool } from "undici";

const [port, core, departments] = process.argv.slice(2);
const BATCH = 200;
const database = new Database(core, { readonly: true });
database.pragma("mmap_size = 2000000000");
const pool = new Pool(departments, { connections: 256 });

const schema = `
  scalar USCC
  scalar Date
  scalar Decimal
  enum EnterpriseStatus { OPERATING REVOKED REVOKED_DEREGISTERED DEREGISTERED RESCINDED MOVED_OUT SUSPENDED OTHER }
  enum LicenceCategory { GENERAL CONCESSION RECOGNITION APPROVAL REGISTRATION OTHER }
  enum JudicialAssistanceKind { EQUITY_FREEZE FREEZE_EXTENDED UNFREEZE SHAREHOLDER_CHANGE }
  input EnterpriseFilter { usccIn: [USCC!] }
  type Query {
    enterprise(uscc: USCC!): Enterprise
    enterprises(where: EnterpriseFilter, first: Int = 20): Enterprises!
  }
  type Enterprises { nodes: [Enterprise!]! }
  type Enterprise {
    uscc: USCC! name: String! type: String! status: EnterpriseStatus!
    legalRepresentative: String registeredCapital: Decimal currency: String
    establishedOn: Date registrationAuthority: String address: String
    annualReports: AnnualReports!
    licences: Licences!
    penalties: Penalties!
    judicialAssistance: Assistance!
  }
  type AnnualReports { nodes: [AnnualReport!]! }
  type AnnualReport {
    year: Int! submittedOn: Date! operatingState: String employees: Int
    totalAssets: Decimal totalRevenue: Decimal netProfit: Decimal totalTax: Decimal
  }
  type Licences { nodes: [Licence!]! }
  type Licence {
    documentNumber: String! category: LicenceCategory! content: String!
    decidedOn: Date! authority: String!
  }
  type Penalties { nodes: [Penalty!]! }
  type Penalty {
    decisionNumber: String! violationType: String! content: String!
    fine: Decimal decidedOn: Date!
  }
  type Assistance { nodes: [JudicialAssistance!]! }
  type JudicialAssistance {
    noticeNumber: String! kind: JudicialAssistanceKind! court: String!
    equityAmount: Decimal frozenFrom: Date
  }
`;

const statements = new Map();

function rowsOf(sql, codes) {
  const text = sql.replace("?", Array(codes.length).fill("?").join(","));
  if (!statements.has(text)) statements.set(text, database.prepare(text));
  return statements.get(text).all(codes);
}

function plain(number) {
  return number.includes(".") ? number.replace(/\.?0+$/, "") : number;
}

function yuan(tenThousands) {
  return String(Math.round(Number(tenThousands) * 10_000));
}

function enterpriseOf(row) {
  const body = JSON.parse(row.body);
  return {
    uscc: body.uscc,
    name: body.name,
    type: body.type,
    status: body.status,
    legalRepresentative: body.legal_representative,
    registeredCapital: plain(body.registered_capital),
    currency: body.currency,
    establishedOn: body.established_on,
    registrationAuthority: body.registration_authority,
    address: body.address,
  };
}

function reportOf(row) {
  const facts = JSON.parse(row.facts);
  return {
    year: facts.year,
    submittedOn: facts.submitted_on,
    operatingState: facts.operating_state,
    employees: facts.employees,
    totalAssets: plain(facts.total_assets),
    totalRevenue: plain(facts.total_revenue),
    netProfit: plain(facts.net_profit),
    totalTax: plain(facts.total_tax),
  };
}

const CATEGORIES = {
  1: "GENERAL", 2: "CONCESSION", 3: "RECOGNITION", 4: "APPROVAL", 5: "REGISTRATION", 6: "OTHER",
};
const KINDS = { 1: "EQUITY_FREEZE", 2: "UNFREEZE" };

function licenceOf(row) {
  return {
    documentNumber: row.XK_WSH,
    category: CATEGORIES[row.XK_XKLB],
    content: row.XK_NR,
    decidedOn: row.XK_JDRQ,
    authority: row.XK_XKJG,
  };
}

function penaltyOf(row) {
  return {
    decisionNumber: row.CF_WSH,
    violationType: row.CF_WFXW,
    content: row.CF_NR,
    fine: yuan(row.CF_NR_FK),
    decidedOn: row.CF_JDRQ,
  };
}

function assistanceOf(row) {
  return {
    noticeNumber: row.xztzswh,
    kind: KINDS[row.lx],
    court: row.zxfy,
    equityAmount: yuan(row.gqse),
    frozenFrom: row.djqxz,
  };
}

async function ask(path, codes) {
  const { body } = await pool.request({
    path: `/${path}`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ codes }),
  });
  return (await body.json()).rows;
}

// Gives the loader of a list: every parent of a level at once, in batches.
function listed(path, column, recordOf) {
  async function load(queries) {
    const held = new Map(queries.map(({ obj }) => [obj.uscc, { nodes: [] }]));
    const codes = [...held.keys()];
    const asked = [];
    for (let at = 0; at < codes.length; at += BATCH) {
      asked.push(ask(path, codes.slice(at, at + BATCH)));
    }
    for (const rows of await Promise.all(asked)) {
      for (const row of rows) held.get(row[column]).nodes.push(recordOf(row));
    }
    return queries.map(({ obj }) => held.get(obj.uscc));
  }
  return { loader: load, opts: { cache: false } };
}

const REPORTS =
  "SELECT uscc, facts FROM annual_report WHERE uscc IN (?) ORDER BY uscc, record_id DESC";

async function reports(queries) {
  const held = new Map(queries.map(({ obj }) => [obj.uscc, { nodes: [] }]));
  for (const row of rowsOf(REPORTS, [...held.keys()])) {
    held.get(row.uscc).nodes.push(reportOf(row));
  }
  return queries.map(({ obj }) => held.get(obj.uscc));
}

const BODIES = "SELECT body FROM registration WHERE uscc IN (?) ORDER BY uscc";

const app = Fastify({ bodyLimit: 1 << 20 });
app.register(mercurius, {
  schema,
  jit: 1,
  graphiql: false,
  resolvers: {
    Query: {
      enterprise(_, { uscc }) {
        const [row] = rowsOf(BODIES, [uscc]);
        return row ? enterpriseOf(row) : null;
      },
      enterprises(_, { where, first }) {
        return { nodes: rowsOf(BODIES, where.usccIn.slice(0, first)).map(enterpriseOf) };
      },
    },
  },
  loaders: {
    Enterprise: {
      annualReports: { loader: reports, opts: { cache: false } },
      licences: listed("licences", "XK_XDR_SHXYM", licenceOf),
      penalties: listed("penalties", "CF_XDR_SHXYM", penaltyOf),
      judicialAssistance: listed("assistance", "shxydm", assistanceOf),
    },
  },
});
await app.listen({ host: "127.0.0.1", port: Number(port) });
